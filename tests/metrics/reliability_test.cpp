#include "naru/metrics/reliability.h"

#include <gtest/gtest.h>

#include "naru/base/error.h"

namespace naru {
namespace {

TEST(Reliability, TheExpectedCalibrationErrorIsWhatTheHandCounts) {
  const std::vector<Judged> answers{{0.05, false}, {0.85, false}, {0.95, true}, {1, true}};
  const std::vector<ReliabilityBin> bins = reliability(answers);
  ASSERT_EQ(bins.size(), 10);
  EXPECT_EQ(bins[0].count, 1);
  EXPECT_EQ(bins[8].accuracy, 0);
  EXPECT_EQ(bins[9].count, 2);
  EXPECT_DOUBLE_EQ(bins[9].confidence, 0.975);
  // 1/4 · |0 − 0.05| + 1/4 · |0 − 0.85| + 2/4 · |1 − 0.975|
  EXPECT_NEAR(expected_calibration_error(bins), 0.2375, 1e-12);
}

TEST(Reliability, ABinHasItsLowerEdgeAndTheLastBothEdges) {
  const std::vector<ReliabilityBin> bins = reliability(std::vector<Judged>{{0, true}, {0.5, true}, {1, true}}, 2);
  EXPECT_EQ(bins[0].count, 1);
  EXPECT_EQ(bins[1].count, 2);
}

TEST(Reliability, OfNoAnswersTheErrorIsZeroAndAConfidenceAboveOneIsRefused) {
  EXPECT_EQ(expected_calibration_error(reliability({})), 0);
  EXPECT_ANY_THROW(reliability(std::vector<Judged>{{1.1, true}}));
}

}  // namespace
}  // namespace naru
