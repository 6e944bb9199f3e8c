#include "naru/ops/softmax.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/ops/op_case.h"

namespace naru {
namespace {

Doubles log_softmax_twin(const Doubles& x) {
  Doubles y(x.shape);
  for (int64_t i = 0; i < x.rows(); ++i) {
    double sum = 0;
    for (int64_t j = 0; j < x.columns(); ++j) sum += std::exp(x(i, j));
    for (int64_t j = 0; j < x.columns(); ++j) y(i, j) = x(i, j) - std::log(sum);
  }
  return y;
}
Doubles softmax_twin(const Doubles& x) {
  return map(log_softmax_twin(x), [](double y) { return std::exp(y); });
}

std::vector<OpCase> rows() {
  std::vector<OpCase> rows;
  for (const Shape& shape : {Shape{3, 1}, Shape{0, 5}, Shape{2, 7}, Shape{4, 16}, Shape{2, 3, 33}, Shape{700, 61}}) {
    const std::vector<Input> inputs = {{.shape = shape, .low = -4, .high = 4}};
    rows.push_back({.name = "softmax",
                    .situation = to_string(shape),
                    .inputs = inputs,
                    .op = [](const Inputs& x) { return softmax(x[0]); },
                    .twin = [](const DoubleInputs& x) { return softmax_twin(x[0]); }});
    rows.push_back({.name = "log_softmax",
                    .situation = to_string(shape),
                    .inputs = inputs,
                    .op = [](const Inputs& x) { return log_softmax(x[0]); },
                    .twin = [](const DoubleInputs& x) { return log_softmax_twin(x[0]); }});
  }
  return rows;
}
const bool added = add_op_cases(rows());

TEST(Softmax, StaysFiniteForScoresFarApart) {
  const Tensor x = Tensor::from({1e4f, -1e4f, 0.0f}, {1, 3});
  EXPECT_EQ(softmax(x).data()[0], 1);
  EXPECT_EQ(softmax(x).data()[1], 0);
  EXPECT_EQ(log_softmax(x).data()[1], -2e4f);
}

TEST(Softmax, GivesZeroToMinusInfinity) {
  const Tensor x = Tensor::from({0.0f, -INFINITY, 0.0f}, {1, 3});
  EXPECT_EQ(softmax(x).data()[1], 0);
  EXPECT_EQ(softmax(x).data()[2], 0.5f);
}

TEST(Softmax, PassesNaNOn) {
  const Tensor x = Tensor::from({0.0f, NAN, 0.0f}, {1, 3});
  EXPECT_TRUE(std::isnan(softmax(x).data()[2]));
}

}  // namespace
}  // namespace naru
