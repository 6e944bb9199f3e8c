#include "naru/ops/precision.h"

#include <gtest/gtest.h>

#include "tests/ops/op_case.h"

namespace naru {
namespace {

constexpr TapeOptions mixed{.dropout = false, .precision = DType::bf16};

OpCase row(const char* situation, Shape shape) {
  return {.name = "to_precision",
          .situation = situation,
          .inputs = {{.shape = shape, .role = Role::stream}},
          .op = [](const Inputs& x) { return to_precision(x[0]); },
          .twin = [](const DoubleInputs& x) { return x[0]; },
          .tape = mixed,
          .tolerance = 0x1p-8};
}

const bool added = add_op_cases({row("rows", {3, 5}), row("many rows", {700, 65}), row("no row", {0, 4})});

TEST(Precision, RoundsOnlyOnATapeThatAsksForIt) {
  const Tensor x = Tensor::from({1.00390625f, 2.0f}, {1, 2});
  EXPECT_EQ(to_precision(x).raw(), x.raw());
  {
    const Tape tape({.dropout = false});
    EXPECT_EQ(to_precision(x).raw(), x.raw());
  }
  const Tape tape(mixed);
  const Tensor rounded = to_precision(x);
  ASSERT_EQ(rounded.dtype(), DType::bf16);
  EXPECT_EQ(static_cast<float>(rounded.data<bf16>()[0]), 1.0f) << "a tie goes to even";
  EXPECT_EQ(to_precision(rounded).raw(), rounded.raw()) << "what is rounded stays";
}

}  // namespace
}  // namespace naru
