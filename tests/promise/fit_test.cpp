#include "naru/promise/fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/promise/trained_folder.h"

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Fit : ::testing::Test {
  TrainedFolder trained_{"transformer-tiny"};
  PromiseOptions options_ = trained_.promise("");
  CostProbe probe_{options_};
  ModelFolder folder_ = ModelFolder::open(trained_.path);
  Yardstick yardstick_{folder_, options_};
  SafetensorsFile file_{trained_.weights()};
  Weights weights_{folder_.config, file_};

  FitResult run(const Limits& limits, const std::string& prune = "none") const {
    return FitSearch(weights_, yardstick_, probe_, {.model = trained_.path, .workplace = workplace()})
        .run({.coarsest = DType::q8, .prune = prune}, limits);
  }
  std::filesystem::path workplace() const { return trained_.folder / "candidate"; }
};

TEST_F(Fit, TakesTheBestOfAllWhereThereIsRoom) {
  const FitResult result = run({.resident_bytes = 4'000'000'000});
  std::vector<std::string> names;
  double best = 0;
  for (const auto& [candidate, cost] : result.tried) {
    names.push_back(candidate.name);
    EXPECT_TRUE(candidate.keeps);
    EXPECT_GT(cost.milliseconds, 0);
    EXPECT_GT(cost.resident_bytes, candidate.bytes) << "the program counts too";
    best = std::max(best, candidate.quality.score);
  }
  EXPECT_THAT(names, ElementsAre("as it is", "bf16", "int8"));
  EXPECT_EQ(result.tried[result.best].candidate.quality.score, best);
  EXPECT_FALSE(exists(workplace()));
}

TEST_F(Fit, PrunesWhatDoesNotFitAndRefusesWithNumbersWhereNothingDoes) {
  try {
    run({.resident_bytes = 1000}, "units");
    FAIL() << "no refusal";
  } catch (const Error& error) {
    for (const char* part : {"nothing fits in 0.001 MB; as it is: ", "; int8: ", "; int8, 75 % pruned: ", " ms, BLEU "})
      EXPECT_THAT(error.what(), HasSubstr(part));
  }
  EXPECT_FALSE(exists(workplace()));
}

TEST_F(Fit, LeavesAloneAFolderThatIsThere) {
  create_directory(workplace());
  EXPECT_THROW(run({.milliseconds = 1e6}), Error);
  EXPECT_TRUE(exists(workplace()));
}

TEST(CostProbe, MeasuresAProcessThatIsAsSmallAsThisOneWas) {
  const TrainedFolder trained("transformer-tiny");
  const CostProbe probe(trained.promise(""));
  const Cost before = probe(trained.path);
  const std::vector<char> large(300'000'000, 1);
  EXPECT_NEAR(static_cast<double>(probe(trained.path).resident_bytes), static_cast<double>(before.resident_bytes), 8e6)
      << static_cast<int>(large.back());
}

}  // namespace
}  // namespace naru
