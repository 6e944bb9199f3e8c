#include "naru/lab/score_scaling.h"

#include <gtest/gtest.h>

#include <cmath>

namespace naru {
namespace {

TEST(ScoreScaling, WithoutItEntropyAndGradientFallAsKeysWiden) {
  ScoreStatistics before = score_statistics(8, Scaling::none, 1);
  EXPECT_NEAR(before.deviation, std::sqrt(8.0), 0.5);
  for (const int64_t width : {32, 128, 512}) {
    const ScoreStatistics now = score_statistics(width, Scaling::none, 1);
    EXPECT_NEAR(now.deviation, std::sqrt(static_cast<double>(width)), 0.15 * std::sqrt(static_cast<double>(width)));
    EXPECT_LT(now.entropy, before.entropy);
    EXPECT_LT(now.gradient, before.gradient);
    before = now;
  }
  EXPECT_LT(before.entropy, 0.1);
}

TEST(ScoreScaling, WithItNeitherDependsOnTheirWidth) {
  const ScoreStatistics narrow = score_statistics(8, Scaling::by_root, 1),
                        wide = score_statistics(512, Scaling::by_root, 1);
  EXPECT_NEAR(narrow.deviation, 1, 0.15);
  EXPECT_NEAR(wide.entropy / narrow.entropy, 1, 0.05);
  EXPECT_NEAR(wide.gradient / narrow.gradient, 1, 0.15);
}

}  // namespace
}  // namespace naru
