#include "naru/lab/curve.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace naru {
namespace {

Curve power(double exponent, double noise) {
  Curve curve;
  double sign = 1;
  for (double x = 8; x <= 1024; x *= 2, sign = -sign)
    curve.emplace_back(x, 3 * std::pow(x, exponent) * (1 + sign * noise));
  return curve;
}

TEST(PowerLaw, RecoversAKnownExponentAndItsInterval) {
  const PowerLaw clean = fit_power_law(power(1.7, 0));
  EXPECT_NEAR(clean.exponent.value, 1.7, 1e-9);
  EXPECT_NEAR(clean.factor, 3, 1e-6);
  EXPECT_LT(clean.exponent.high - clean.exponent.low, 1e-6);
  EXPECT_EQ(clean.exponent.n, 8);

  const PowerLaw noisy = fit_power_law(power(1.7, 0.1));
  EXPECT_LT(noisy.exponent.low, 1.7);
  EXPECT_GT(noisy.exponent.high, 1.7);
  EXPECT_GT(noisy.exponent.high - noisy.exponent.low, 0.02);
}

TEST(PowerLaw, OfTwoPointsHasNoInterval) {
  const PowerLaw law = fit_power_law({{1, 1}, {2, 4}});
  EXPECT_NEAR(law.exponent.value, 2, 1e-12);
  EXPECT_EQ(law.exponent.low, -std::numeric_limits<double>::infinity());
}

TEST(Crossing, LiesWhereTwoPowerLawsMeet) {
  const Curve quotient = naru::quotient(power(2, 0), power(1, 0));  // x: never 1 from 8 on
  EXPECT_FALSE(crossing(quotient));
  Curve later = quotient;
  for (auto& point : later) point.second /= 100;
  ASSERT_TRUE(crossing(later));
  EXPECT_NEAR(*crossing(later), 100, 1e-6);
}

}  // namespace
}  // namespace naru
