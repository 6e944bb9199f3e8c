#include "naru/ops/ssru.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "naru/tensor/tape.h"

#include "tests/ops/op_case.h"
#include "tests/ops/recurrent_twin.h"

namespace naru {
namespace {

/// projected, forget bias, and c before the first token if `initial`.
OpCase ssru_case(const std::string& situation, const std::vector<int32_t>& lengths, int64_t width, bool initial) {
  const Offsets offsets(lengths);
  OpCase result;
  result.name = "ssru", result.situation = situation;
  result.inputs = {{{offsets.total(), 2 * width}}, {{width}, Role::parameter}};
  if (initial) result.inputs.push_back({{offsets.count(), width}, Role::stream});
  result.op = [=](const Inputs& x) -> OneOrMore<Tensor> {
    const auto [outputs, last] = ssru(x[0], x[1], offsets, initial ? x[2] : Tensor());
    return std::vector{outputs, last};
  };
  result.twin = [=](const DoubleInputs& x) -> OneOrMore<Doubles> {
    Doubles outputs({offsets.total(), width}), last({offsets.count(), width});
    for (int64_t i = 0; i < offsets.count(); ++i)
      for (int64_t j = 0; j < width; ++j) {
        double c = initial ? x[2](i, j) : 0;
        for (int64_t t = offsets.begin(i); t < offsets.end(i); ++t) {
          const double f = sigmoid(x[0](t, width + j) + x[1][j]);
          c = f * c + (1 - f) * x[0](t, j);
          outputs(t, j) = std::max(0.0, c);
        }
        last(i, j) = c;
      }
    return std::vector{outputs, last};
  };
  return result;
}

const bool added =
    add_op_cases({ssru_case("ragged", {3, 0, 1, 5}, 4, false), ssru_case("from a state", {2, 0, 4}, 4, true),
                  ssru_case("odd width", {2, 1, 6}, 19, true), ssru_case("no tokens", {0, 0}, 5, true),
                  ssru_case("many sequences", std::vector<int32_t>(300, 3), 33, true)});

Tensor numbers(uint64_t seed, Shape shape) { return to_tensor(random_doubles(seed, shape)); }

void expect_equal_bits(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(to_string(a.shape()), to_string(b.shape()));
  EXPECT_EQ(std::memcmp(a.raw(), b.raw(), static_cast<size_t>(a.bytes())), 0);
}

TEST(Ssru, TokenByTokenEqualsAtOnceBitForBit) {
  for (const DType dtype : {DType::f32, DType::bf16}) {
    const Tensor projected = numbers(1, {9, 80}).to(dtype), bias = numbers(2, {40});
    const SsruResult whole = ssru(projected, bias, Offsets({9}), {});
    Tensor state;
    for (int64_t t = 0; t < 9; ++t) {
      const SsruResult step = ssru(projected.rows(t, t + 1), bias, Offsets({1}), state);
      expect_equal_bits(step.outputs, whole.outputs.rows(t, t + 1));
      state = step.last;
    }
    expect_equal_bits(state, whole.last);
  }
}

TEST(Ssru, KeepsNothingWithoutATape) {
  const Tensor projected = numbers(1, {64, 32});
  Tensor bias = numbers(2, {16});
  want_gradient(bias, true);
  const int64_t before = memory_use(Purpose::activations).current;
  const SsruResult result = ssru(projected, bias, Offsets({30, 34}), {});
  EXPECT_EQ(memory_use(Purpose::activations).current - before, result.outputs.bytes() + result.last.bytes());
}

TEST(Ssru, NamesTheShapeThatDoesNotFit) {
  try {
    ssru(Tensor({2, 8}), Tensor({3}), Offsets({2}), {});
    FAIL();
  } catch (const CheckFailure& failure) {
    EXPECT_NE(std::string(failure.what()).find("[2, 8], must be [total, 2 width] = [2, 6]"), std::string::npos)
        << failure.what();
  }
}

}  // namespace
}  // namespace naru
