#include "naru/ops/linear.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/tensor/memory.h"

#include "tests/ops/activation_twin.h"
#include "tests/ops/dropout_twin.h"
#include "tests/ops/op_case.h"

namespace naru {
namespace {

constexpr Activation activations[] = {Activation::none, Activation::relu, Activation::gelu,   Activation::gelu_erf,
                                      Activation::silu, Activation::tanh, Activation::sigmoid};

struct Sizes {
  int64_t rows, in, out;
};

Doubles linear_twin(const DoubleInputs& x, Activation activation) {
  Doubles y = times_transposed(x[0], x[1]);
  for (int64_t i = 0; i < y.rows(); ++i)
    for (int64_t j = 0; j < y.columns(); ++j)
      y(i, j) = activation_twin(activation, y(i, j) + (x.size() > 2 ? x[2][j] : 0));
  return y;
}

OpCase linear_row(Sizes sizes, bool biased, Activation activation) {
  OpCase row{.name = "linear",
             .situation = fmt::format("{}x{}x{} {} {}", sizes.rows, sizes.in, sizes.out, biased ? "biased" : "",
                                      name(activation)),
             .inputs = {{.shape = {sizes.rows, sizes.in}}, {.shape = {sizes.out, sizes.in}, .role = Role::weight}},
             .op = [=](const Inputs& x) { return linear(x[0], x[1], biased ? x[2] : Tensor(), {activation}); },
             .twin = [=](const DoubleInputs& x) { return linear_twin(x, activation); }};
  if (biased) row.inputs.push_back({.shape = {sizes.out}, .role = Role::parameter});
  return row;
}

OpCase dropping_row(Activation activation) {
  const DropoutSpec drop{0.4f, random_offsets(3, 3, 5)};
  OpCase row = linear_row({drop.offsets.total(), 6, 11}, true, activation);
  row.situation += " dropping";
  row.op = [=](const Inputs& x) { return linear(x[0], x[1], x[2], {activation, drop}); };
  row.twin = [=](const DoubleInputs& x) { return drop_twin(linear_twin(x, activation), drop); };
  row.tape = noisy;
  row.bf16_tolerance = 0x1p-7;  // rounded as a sum, as the activation's and as dropout's
  return row;
}

std::vector<OpCase> linear_rows() {
  std::vector<OpCase> rows;
  for (const Activation activation : activations) {
    rows.push_back(linear_row({5, 7, 9}, true, activation));
    rows.push_back(dropping_row(activation));
  }
  for (const bool biased : {false, true}) {
    rows.push_back(linear_row({1, 16, 33}, biased, Activation::none));
    rows.push_back(linear_row({0, 4, 3}, biased, Activation::relu));
    rows.push_back(linear_row({300, 40, 130}, biased, Activation::silu));
  }
  return rows;
}

const bool added = add_op_cases(linear_rows());

TEST(Linear, NamesTheFeaturesThatDoNotFit) {
  try {
    linear(Tensor({2, 5}), Tensor({8, 4}));
    FAIL();
  } catch (const CheckFailure& failure) {
    EXPECT_THAT(failure.what(),
                testing::HasSubstr("x has 5 features but the weight expects 4 (x [2, 5], weight [8, 4])"));
  }
}

TEST(Linear, SeesAWeightThatWasWrittenInPlace) {
  const Tensor x = Tensor::from({2.0f}, {1, 1}), weight = Tensor::from({3.0f}, {1, 1});
  EXPECT_EQ(linear(x, weight).data()[0], 6);
  weight.data()[0] = 5;
  weight.touch();
  EXPECT_EQ(linear(x, weight).data()[0], 10);
}

TEST(Linear, MultipliesWithRowsOfAFusedWeight) {
  const Tensor x = Tensor::from({1.0f}, {1, 1}), fused = Tensor::from({3.0f, 4.0f}, {2, 1});
  EXPECT_EQ(linear(x, fused.rows(0, 1)).data()[0], 3);
  EXPECT_EQ(linear(x, fused.rows(1, 2)).data()[0], 4);
}

TEST(Linear, TakesABf16WeightWithF32Rows) {
  const Tensor x = Tensor::from({0.5f, 1.0f}, {1, 2}), weight = Tensor::from({3.0f, -1.0f}, {1, 2}).to(DType::bf16);
  const Tensor y = linear(x, weight);
  EXPECT_EQ(y.dtype(), DType::f32);
  EXPECT_EQ(y.data()[0], 0.5f);
}

TEST(Linear, KeepsItsOutputForBackwardOnlyWhereTheActivationAsksForIt) {
  Tensor x({64, 8}), weight({1024, 8});
  want_gradient(x);
  const auto kept = [&](LinearOutput output) {
    const Tape tape({.seed = 1});
    linear(x, weight, {}, output);  // packs the weight
    const int64_t before = memory_use(Purpose::activations).current;
    linear(x, weight, {}, output);
    return (memory_use(Purpose::activations).current - before) / (64 * 1024 * 4);
  };
  const DropoutSpec drop{0.1f, Offsets({64})};
  EXPECT_EQ(kept({}), 0);
  EXPECT_EQ(kept({Activation::none, drop}), 0);
  EXPECT_EQ(kept({Activation::relu}), 1);
  EXPECT_EQ(kept({Activation::relu, drop}), 1);
  EXPECT_EQ(kept({Activation::gelu, drop}), 1);
}

}  // namespace
}  // namespace naru
