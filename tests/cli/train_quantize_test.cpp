// `naru train --set quantize=…`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/small_run.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

struct TrainQuantized : ::testing::Test {
  void run(const std::string& model, const std::vector<std::string>& more) {
    std::vector<std::string> all{"schedule=constant", "quantize=int4", "quantize_group=32"};
    all.insert(all.end(), more.begin(), more.end());
    const ProcessResult result = runs_.train(model, all, "transformer-ssru-tiny");
    ASSERT_EQ(result.exit_code, 0) << result.error;
  }
  SmallRuns runs_;
};

TEST_F(TrainQuantized, InterruptedAndResumedEndsWithTheSameBytes) {
  run("whole", {"accumulate=2", "--max-steps", "8"});
  run("parts", {"accumulate=2", "--max-steps", "3"});
  run("parts", {"accumulate=2", "--max-steps", "8"});
  EXPECT_EQ(runs_.weights("whole"), runs_.weights("parts"));
}

/// Validation looks at the model that `naru compress` will make; its numbers come in f32.
TEST_F(TrainQuantized, FineTunedFromAModelItsDevLossIsThatOfTheCompressedModel) {
  ASSERT_EQ(runs_.train("exact", {"--max-steps", "5"}, "transformer-ssru-tiny").exit_code, 0);
  run("fine", {"--from", runs_.path("exact"), "--max-steps", "5", "--dev", runs_.path("dev.tsv")});
  const ProcessResult compressed = run_naru(
      {"compress", "--model", runs_.path("fine"), "--out", runs_.path("small"), "--dtype", "int4", "--group", "32"});
  ASSERT_EQ(compressed.exit_code, 0) << compressed.error;
  // A run that begins from it, its rate so small that no weight moves.
  ASSERT_EQ(runs_
                .train("seen",
                       {"learning_rate=1e-30", "--from", runs_.path("small"), "--max-steps", "1", "--dev",
                        runs_.path("dev.tsv")},
                       "transformer-ssru-tiny")
                .exit_code,
            0);
  EXPECT_NEAR(runs_.history("seen", "dev_loss").back(), runs_.history("fine", "dev_loss").back(), 1e-6);
  EXPECT_NE(runs_.weights("fine"), runs_.weights("seen"));
}

TEST_F(TrainQuantized, RefusesAGroupThatNaruCompressDoesNotKnow) {
  const ProcessResult result = runs_.train("model", {"quantize=int4", "quantize_group=50", "--max-steps", "1"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("must be 32, 64 or 128"));
}

}  // namespace
}  // namespace naru
