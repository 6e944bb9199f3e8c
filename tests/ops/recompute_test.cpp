#include "naru/ops/recompute.h"

#include <gtest/gtest.h>

#include <cmath>

#include "naru/ops/linear.h"

#include "tests/ops/dropout_twin.h"
#include "tests/ops/op_case.h"

namespace naru {
namespace {

constexpr int64_t in = 7, hidden = 9, out = 5;

/// tanh(x · w₁ᵀ), dropped from, · w₂ᵀ: the second product's gradient needs what the first gave.
OpCase two_layers(const DropoutSpec& drop) {
  OpCase row{.name = "recomputed",
             .situation = drop.rate > 0 ? "two layers, dropping" : "two layers",
             .inputs = {{.shape = {drop.offsets.total(), in}},
                        {.shape = {hidden, in}, .role = Role::weight},
                        {.shape = {out, hidden}, .role = Role::weight}},
             .op =
                 [=](const Inputs& x) {
                   return recomputed(x[0], [drop, first = x[1], second = x[2]](const Tensor& y) {
                     return linear(linear(y, first, {}, {Activation::tanh, drop}), second, {});
                   });
                 },
             .twin =
                 [=](const DoubleInputs& x) {
                   Doubles y = times_transposed(x[0], x[1]);
                   for (double& number : y.values) number = std::tanh(number);
                   return times_transposed(drop.rate > 0 ? drop_twin(y, drop) : y, x[2]);
                 },
             .tape = noisy,
             .bf16_tolerance = 0x1p-6};  // rounded between the two
  row.tape.recompute = true;
  return row;
}

const Offsets offsets = random_offsets(3, 3, 5);
const bool added = add_op_cases({two_layers({0, offsets}), two_layers({0.4f, offsets})});

TEST(Recompute, KeepsOneEntryForAWholeStretchAndOnlyWhereTheTapeAsksForIt) {
  for (const bool recompute : {false, true}) {
    Tensor x = Tensor::from(std::vector<float>(12, 0.5f), {4, 3});
    Tensor weight = Tensor::from(std::vector<float>(9, 0.25f), {3, 3});
    want_gradient(x);
    Tape tape({.recompute = recompute});
    recomputed(x, [&](const Tensor& y) { return linear(linear(y, weight, {}), weight, {}); });
    EXPECT_EQ(tape.recorded(), recompute ? std::vector<std::string_view>{"recomputed"}
                                         : std::vector<std::string_view>({"linear", "linear"}));
  }
}

TEST(Recompute, WithoutATapeRunsOnce) {
  int runs = 0;
  recomputed(Tensor::zeros({1, 1}), [&](const Tensor& y) {
    ++runs;
    return y;
  });
  EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace naru
