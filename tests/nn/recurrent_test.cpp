#include "naru/nn/recurrent.h"

#include <gtest/gtest.h>

namespace naru {
namespace {

TEST(RecurrentWeights, AnLstmsForgetGateStartsFromItsBiasAndTheOthersAroundZero) {
  Params params(1);
  const RecurrentWeights weights =
      recurrent_weights(Scope(params), {.cell = Cell::lstm, .in = 3, .hidden = 16, .forget_bias = 1}, "_l0");
  const auto expect_near = [&](const Tensor& bias, size_t gate, double centre) {
    for (const float value : bias.values().subspan(gate * 16, 16)) EXPECT_NEAR(value, centre, 0.25) << gate;
  };
  for (size_t gate = 0; gate < 4; ++gate) {  // i f g o; the bound is 1/√16
    expect_near(weights.bias_ih, gate, gate == 1 ? 1 : 0);
    expect_near(weights.bias_hh, gate, 0);
  }
}

TEST(RecurrentWeights, OtherCellsHaveNoForgetGate) {
  Params params(1);
  for (const Cell cell : {Cell::rnn, Cell::gru, Cell::gru_2014}) {
    const RecurrentWeights weights = recurrent_weights(
        Scope(params), {.cell = cell, .in = 3, .hidden = 16, .forget_bias = 1}, std::to_string(static_cast<int>(cell)));
    for (const float value : weights.bias_ih.values()) EXPECT_NEAR(value, 0, 0.25);
  }
}

}  // namespace
}  // namespace naru
