#include "naru/ops/arithmetic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "naru/ops/cpu/reduce.h"

#include "tests/ops/op_case.h"

namespace naru {
namespace {

Doubles combine(const Doubles& a, const Doubles& b, const std::function<double(double, double)>& f) {
  Doubles c(a.shape);
  for (int64_t i = 0; i < c.size(); ++i) c[i] = f(a[i], b[i]);
  return c;
}
Doubles sum_twin(const Doubles& x) {
  Doubles y({1});
  y[0] = std::accumulate(x.values.begin(), x.values.end(), 0.0);
  return y;
}

std::vector<OpCase> rows() {
  std::vector<OpCase> rows;
  for (const Shape& shape : {Shape{0}, Shape{5, 3}, Shape{2, 2, 8}, Shape{300, 130}}) {
    const auto add_row = [&](const std::string& name, size_t inputs, auto op, auto twin) {
      rows.push_back({.name = name,
                      .situation = to_string(shape),
                      .inputs = std::vector<Input>(inputs, {.shape = shape}),
                      .op = op,
                      .twin = twin});
    };
    add_row(
        "add", 2, [](const Inputs& x) { return add(x[0], x[1]); },
        [](const DoubleInputs& x) { return combine(x[0], x[1], std::plus()); });
    add_row(
        "multiply", 2, [](const Inputs& x) { return multiply(x[0], x[1]); },
        [](const DoubleInputs& x) { return combine(x[0], x[1], std::multiplies()); });
    add_row(
        "scale", 1, [](const Inputs& x) { return scale(x[0], 0.75f); },
        [](const DoubleInputs& x) { return map(x[0], [](double v) { return 0.75 * v; }); });
    add_row(
        "sum", 1, [](const Inputs& x) { return sum(x[0]); }, [](const DoubleInputs& x) { return sum_twin(x[0]); });
    add_row(
        "mean", 1, [](const Inputs& x) { return mean(x[0]); },
        [](const DoubleInputs& x) {
          const auto size = static_cast<double>(std::max<int64_t>(1, x[0].size()));
          return map(sum_twin(x[0]), [size](double v) { return v / size; });
        });
  }
  return rows;
}
const bool added = add_op_cases(rows());

TEST(Multiply, OfATensorWithItselfGivesBothGradients) {
  Tensor x = Tensor::from({3.0f}, {1});
  want_gradient(x);
  Tape tape;
  tape.backward(multiply(x, x));
  EXPECT_EQ(gradient_of(x).data()[0], 6);
}

TEST(SumOfSquares, AddsUpInDouble) {
  std::vector<float> x(100'003, 1e-4f);
  x[17] = 1e3f;
  const double small = static_cast<double>(1e-4f) * 1e-4f;
  EXPECT_NEAR(cpu::sum_of_squares(x.data(), static_cast<int64_t>(x.size())), 1e6 + 100'002 * small, 1e-5);
}

}  // namespace
}  // namespace naru
