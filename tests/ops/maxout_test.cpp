#include "naru/ops/maxout.h"

#include <gtest/gtest.h>

#include "tests/ops/op_case.h"

namespace naru {
namespace {

Doubles maxout_twin(const Doubles& x) {
  Doubles y({x.rows(), x.columns() / 2});
  for (int64_t i = 0; i < y.size(); ++i) y[i] = std::max(x[2 * i], x[2 * i + 1]);
  return y;
}

OpCase maxout_case(const std::string& situation, Shape shape) {
  OpCase row;
  row.name = "maxout", row.situation = situation;
  row.inputs = {{shape}};
  row.op = [](const Inputs& x) { return maxout(x[0]); };
  row.twin = [](const DoubleInputs& x) { return maxout_twin(x[0]); };
  return row;
}
const bool added =
    add_op_cases({maxout_case("pairs", {5, 14}), maxout_case("one pair", {3, 2}), maxout_case("no rows", {0, 4})});

TEST(Maxout, GivesTheGradientOfEqualsToTheFirst) {
  Tensor x = Tensor::from<float>({2, 2, 1, 3}, {1, 4});
  want_gradient(x);
  Tape tape;
  const Tensor y = maxout(x);
  tape.backward({y}, {Tensor::from<float>({5, 7}, {1, 2})});
  const std::vector<float> gradient(gradient_of(x).values().begin(), gradient_of(x).values().end());
  EXPECT_EQ(gradient, (std::vector<float>{5, 0, 0, 7}));
}

}  // namespace
}  // namespace naru
