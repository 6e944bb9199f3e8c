// Comparing tensors in tests.
#pragma once

#include <gtest/gtest.h>

#include <cmath>

#include "naru/tensor/tensor.h"

namespace naru {

/// True when both have one shape and no number differs by more than `tolerance`. NaN equals nothing.
inline testing::AssertionResult tensors_near(const Tensor& actual, const Tensor& expected, double tolerance) {
  if (!(actual.shape() == expected.shape()))
    return testing::AssertionFailure() << to_string(actual.shape()) << " instead of " << to_string(expected.shape());
  const Tensor a = actual.to(DType::f32), b = expected.to(DType::f32);
  for (int64_t i = 0; i < a.size(); ++i) {
    const float x = a.data()[i], y = b.data()[i];
    if (x != y && !(std::abs(x - y) <= tolerance))
      return testing::AssertionFailure() << x << " instead of " << y << " at " << i << " of " << to_string(a.shape());
  }
  return testing::AssertionSuccess();
}

}  // namespace naru

#define EXPECT_TENSORS_NEAR(actual, expected, tolerance) EXPECT_TRUE(::naru::tensors_near(actual, expected, tolerance))
