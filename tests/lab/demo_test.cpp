// The demo as a library: what is found of models that were stopped.
#include "naru/lab/demo.h"

#include <gtest/gtest.h>

#include "naru/base/json.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

DemoOptions small(const TemporaryFolder& folder) {
  return {.out = folder / "demo", .minutes = 0.005, .pairs = 1000, .test_sentences = 10};
}

TEST(Demo, MeasuresNoModelThatWasStoppedBeforeItsFirstTurn) {
  const TemporaryFolder folder;
  Demo demo(small(folder));
  std::atomic<bool> stop = false;
  demo.train([&](size_t, const LearningSample&) { stop = true; }, stop);
  demo.measure([](const std::string&) {});
  const Json models = parse_json(demo.json()).at("models");
  EXPECT_TRUE(demo.results()[0].trained());
  EXPECT_TRUE(models.at(0).at("training_target_tokens_per_second").is_number());
  for (const size_t i : {1, 2}) {
    EXPECT_FALSE(demo.results()[i].trained());
    EXPECT_EQ(models.at(i).at("steps"), 0);
    for (const char* figure : {"training_target_tokens_per_second", "target_tokens_per_second", "peak_bytes"})
      EXPECT_TRUE(models.at(i).at(figure).is_null()) << figure;
    EXPECT_TRUE(models.at(i).at("scores").at("test").at("bleu").is_null());
    EXPECT_FALSE(models.at(i).contains("lecture"));
    EXPECT_NE(demo.conclusion(false).find(demo.results()[i].name + " was stopped"), std::string::npos);
  }
}

TEST(Demo, StoppedBeforeAnyTurnHasNothingToCompare) {
  const TemporaryFolder folder;
  Demo demo(small(folder));
  demo.train([](size_t, const LearningSample&) {}, true);
  EXPECT_THROW(demo.measure([](const std::string&) {}), Error);
}

}  // namespace
}  // namespace naru
