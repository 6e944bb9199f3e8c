// The vector functions of simd.h against <cmath> in double, on every instruction set that this machine has.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/ops/simd_test.cpp"
#include "naru/ops/cpu/simd.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// Row 0: exp, 1: tanh, 2: sigmoid of each of x.
std::vector<std::vector<float>> evaluate(const std::vector<float>& x) {
  std::vector<std::vector<float>> results(3, std::vector<float>(x.size()));
  for (size_t i = 0; i < x.size(); ++i) {
    const FloatVector v = hn::Set(Floats(), x[i]);
    store_part(exp(v), &results[0][i], 1);
    store_part(tanh(v), &results[1][i], 1);
    store_part(sigmoid(v), &results[2][i], 1);
  }
  return results;
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(evaluate);
namespace {

TEST(Simd, ExpTanhAndSigmoidAgreeWithDouble) {
  std::vector<float> x;
  for (float value = -86.5f; value < 88.5f; value += 0.0137f) x.push_back(value);
  for (float value = 1e-6f; value < 1; value *= 1.5f) x.insert(x.end(), {value, -value});
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    const auto y = HWY_DYNAMIC_DISPATCH(evaluate)(x);
    hwy::SetSupportedTargetsForTest(0);
    for (size_t i = 0; i < x.size(); ++i) {
      const double at = x[i];
      ASSERT_NEAR(y[0][i] / std::exp(at), 1, 3e-7) << hwy::TargetName(target) << " exp " << at;
      ASSERT_NEAR(y[1][i] / std::tanh(at), 1, 5e-7) << hwy::TargetName(target) << " tanh " << at;
      ASSERT_LE(std::abs(y[1][i]), 1) << hwy::TargetName(target) << " tanh " << at;
      ASSERT_NEAR(y[2][i] * (1 + std::exp(-at)), 1, 5e-7) << hwy::TargetName(target) << " sigmoid " << at;
    }
  }
}

TEST(Simd, InfinitiesSaturateAndNaNStays) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    const auto y = HWY_DYNAMIC_DISPATCH(evaluate)({-infinity, infinity, std::nanf("")});
    hwy::SetSupportedTargetsForTest(0);
    EXPECT_EQ(y[0][0], 0);
    EXPECT_EQ(y[0][1], infinity);
    EXPECT_NEAR(y[1][0], -1, 1e-7);
    EXPECT_NEAR(y[1][1], 1, 1e-7);
    EXPECT_EQ(y[2][0], 0);
    EXPECT_EQ(y[2][1], 1);
    for (const auto& row : y) EXPECT_TRUE(std::isnan(row[2])) << hwy::TargetName(target);
  }
}

}  // namespace
}  // namespace naru::cpu
#endif
