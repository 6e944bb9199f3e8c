#include "naru/lab/verdict.h"

#include <gtest/gtest.h>

#include <array>

namespace naru {
namespace {

const Rule at_least_one{.text = "x ≥ 1", .at_least = 1};
Interval between(double low, double high) { return {.value = (low + high) / 2, .low = low, .high = high, .n = 5}; }

TEST(Verdict, AnIntervalAcrossTheBorderOfItsRuleIsUndecided) {
  EXPECT_EQ(judge(at_least_one, between(1, 2)), Verdict::holds);
  EXPECT_EQ(judge(at_least_one, between(0, 0.9)), Verdict::does_not_hold);
  EXPECT_EQ(judge(at_least_one, between(0.9, 2)), Verdict::undecided);
}

TEST(Verdict, OneRepetitionAloneDecidesNothing) {
  const std::array<double, 1> once{5.0};
  EXPECT_EQ(judge(at_least_one, mean_of(once)), Verdict::undecided);
  const std::array<double, 3> thrice{5.0, 5.1, 4.9};
  EXPECT_EQ(judge(at_least_one, mean_of(thrice)), Verdict::holds);
}

TEST(Verdict, AClaimThatHoldsUnderOneConditionOnlySaysUnderWhich) {
  const std::array<Rule, 2> rules{Rule{.text = "a", .at_least = 1, .condition = {"짧으면", "where short"}},
                                  Rule{.text = "b", .at_least = 1, .condition = {"길면", "where long"}}};
  const std::array<Interval, 2> intervals{between(1, 2), between(0, 0.5)};
  EXPECT_EQ(judge(Kind::measured, rules, intervals), Verdict::holds_if);
  EXPECT_EQ(conditions_that_hold(rules, intervals).english, "where short");
}

TEST(Verdict, AnAnalogueNeverHolds) {
  const std::array<Rule, 1> rules{at_least_one};
  EXPECT_EQ(judge(Kind::analogue, rules, std::array{between(1, 2)}), Verdict::agrees);
  EXPECT_EQ(judge(Kind::analogue, rules, std::array{between(0, 0.5)}), Verdict::disagrees);
}

TEST(Verdict, TheMeanOfRepetitionsHasStudentsInterval) {
  const std::array<double, 4> values{1, 2, 3, 4};  // deviation 1.29099, t(3) = 3.182
  const Interval interval = mean_of(values);
  EXPECT_DOUBLE_EQ(interval.value, 2.5);
  EXPECT_NEAR(interval.high - interval.value, 3.182 * 1.2909944 / 2, 1e-6);
}

TEST(Verdict, AShareOfTrialsHasWilsonsInterval) {
  const Interval interval = share_of(81, 263);  // the example of Newcombe 1998, table I: 0.2553 to 0.3662
  EXPECT_NEAR(interval.low, 0.2553, 5e-5);
  EXPECT_NEAR(interval.high, 0.3662, 5e-5);
}

TEST(Verdict, TheDifferenceOfTwoSharesHasNewcombesInterval) {
  const Interval interval = difference(share_of(56, 70), share_of(48, 80));  // Newcombe 1998: 0.0524 to 0.3339
  EXPECT_NEAR(interval.value, 0.2, 1e-9);
  EXPECT_NEAR(interval.low, 0.0524, 5e-5);
  EXPECT_NEAR(interval.high, 0.3339, 5e-5);
}

}  // namespace
}  // namespace naru
