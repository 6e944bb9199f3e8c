// `naru compare`: what is equal is equal, and a comparison that was cut goes on.
#include "naru/lab/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "naru/base/file.h"
#include "naru/data/phrases/phrases.h"
#include "naru/lab/contenders.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

const CompareListener silent{.begins = [](const std::string&) {},
                             .turn = [](const std::string&, double) {},
                             .progress = [](const std::string&) {}};

CompareOptions small(const TemporaryFolder& folder) {
  write_file(folder / "train.tsv", tsv(phrases({.pairs = 500})));
  write_file(folder / "test.tsv", tsv(phrases({.pairs = 20, .split = PhraseSplit::test})));
  return {.out = folder / "out",
          .train = {(folder / "train.tsv").string()},
          .dev = {},
          .test = {(folder / "test.tsv").string()},
          .models = {"seq2seq-attention", "transformer-tiny"},
          .settings = {"width=96", "vocabulary=400", "batch_tokens=256"},
          .minutes = 0.01,
          .equal = {}};
}

TEST(Compare, WidthsAreChosenSoThatModelsHaveEquallyManyWeights) {
  const std::vector<std::string> settings{"vocabulary=1000"};
  const int64_t wanted = parameters_of("seq2seq-attention", settings);
  for (const char* preset : {"seq2seq", "seq2seq-attention", "transformer-tiny", "transformer-small"}) {
    std::vector<std::string> equal = settings;
    for (const std::string& setting : width_for(preset, settings, wanted)) equal.push_back(setting);
    const auto ratio = static_cast<double>(parameters_of(preset, equal)) / static_cast<double>(wanted);
    EXPECT_NEAR(ratio, 1, 0.02) << preset;
  }
}

TEST(Compare, ModelsOfOtherSizesAreComparedInTimeAndOfEqualSizeToo) {
  const TemporaryFolder folder;
  const Json report = run_compare(small(folder), false, silent, false);
  ASSERT_EQ(report.at("experiments").size(), 2u);
  const Json& models = report.at("models");
  ASSERT_EQ(models.size(), 4u);
  const auto parameters = [&](size_t i) { return models.at(i).at("parameters").get<double>(); };
  EXPECT_GT(std::abs(parameters(1) / parameters(0) - 1), 0.05);
  EXPECT_NEAR(parameters(3) / parameters(2), 1, 0.05);
  for (const Json& model : models) EXPECT_NEAR(model.at("seconds").get<double>(), 0.6, 0.4);
  EXPECT_TRUE(std::filesystem::exists(folder / "out" / "report.html"));
}

TEST(Compare, EqualOperationsAreThoseOfTheFirstModel) {
  const TemporaryFolder folder;
  CompareOptions options = small(folder);
  options.equal = "flops";
  const Json models = run_compare(options, false, silent, false).at("models");
  const double first = models.at(0).at("training_flops").get<double>();
  EXPECT_NEAR(models.at(1).at("training_flops").get<double>() / first, 1, 0.1);
}

TEST(Compare, WhatIsFinishedIsNotTrainedAgain) {
  const TemporaryFolder folder;
  CompareOptions options = small(folder);
  options.equal = "time";
  const Json first = run_compare(options, false, silent, false);
  int turns = 0;
  CompareListener counting = silent;
  counting.turn = [&](const std::string&, double) { ++turns; };
  const Json again = run_compare(options, false, counting, false);
  EXPECT_EQ(turns, 0);
  for (size_t i = 0; i < 2; ++i)
    for (const char* figure : {"steps", "seconds", "training_flops", "metrics"})
      EXPECT_EQ(first.at("models").at(i).at(figure), again.at("models").at(i).at(figure)) << figure;
}

TEST(Compare, ATestSetWithoutPairsIsRefused) {
  const TemporaryFolder folder;
  CompareOptions options = small(folder);
  write_file(folder / "test.tsv", "");
  EXPECT_THROW(run_compare(options, false, silent, false), Error);
}

}  // namespace
}  // namespace naru
