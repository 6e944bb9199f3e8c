#include "naru/metrics/lagging.h"

#include <gtest/gtest.h>

#include <vector>

namespace naru {
namespace {

double lagging(const std::vector<int32_t>& heard, int64_t source, int64_t target) {
  return average_lagging(heard, source, target);
}

// By hand from the formula: AL = 1/τ Σ (g(t) − (t − 1) |x| / |y|).
TEST(AverageLagging, OfWaitKOnEquallyLongSentencesIsK) {
  EXPECT_DOUBLE_EQ(lagging({1, 2, 3, 4, 5}, 5, 5), 1);
  EXPECT_DOUBLE_EQ(lagging({3, 4, 5, 5, 5}, 5, 5), 3);  // τ = 3: (3 + (4 − 1) + (5 − 2)) / 3
}
TEST(AverageLagging, OfAWholeSentenceIsItsLength) { EXPECT_DOUBLE_EQ(lagging({6, 6, 6}, 6, 3), 6); }
TEST(AverageLagging, CountsThePaceOfTheTarget) {
  // |x| = 4, |y| = 8, 1/γ = 0.5, τ = 6: (2 + 1.5 + 2 + 1.5 + 1 + 1.5) / 6
  EXPECT_DOUBLE_EQ(lagging({2, 2, 3, 3, 3, 4, 4, 4}, 4, 8), 9.5 / 6);
}
TEST(AverageLagging, StopsWhereTheSourceWasHeard) {
  EXPECT_DOUBLE_EQ(lagging({2, 4, 4, 4}, 4, 4), 2.5);  // τ = 2: (2 + (4 − 1)) / 2
}
TEST(AverageLagging, LengthAdaptiveDoesNotRewardWritingTooLittle) {
  // Two words where the reference has four: γ = 4 / 4 instead of 2 / 4.
  EXPECT_DOUBLE_EQ(lagging({2, 3}, 4, 2), (2 + 1) / 2.0);
  EXPECT_DOUBLE_EQ(lagging({2, 3}, 4, 4), (2 + 2) / 2.0);
}
TEST(AverageLagging, OfNothingWrittenIsTheWholeSource) { EXPECT_DOUBLE_EQ(lagging({}, 7, 0), 7); }

}  // namespace
}  // namespace naru
