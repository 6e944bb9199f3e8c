// Products with 8-bit weights against the same arithmetic in plain loops, bit for bit, by every kernel.
#include "naru/ops/cpu/int8_product.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "naru/base/threads.h"
#include "naru/ops/embedding.h"
#include "naru/ops/linear.h"
#include "naru/ops/packed.h"
#include "naru/ops/recurrent.h"
#include "naru/tensor/tape.h"

#include "tests/instruction_sets.h"
#include "tests/ops/op_case.h"
#include "tests/tensors_near.h"

namespace naru {
namespace {

Tensor quantized(const Tensor& weights) {
  const Tensor to(weights.shape(), DType::q8, Purpose::weights);
  cpu::quantize_rows(weights.data(), weights.dim(0), 0, to.int8_out());
  return to;
}

/// A row rounded to 8 bits: its numbers and scale.
struct Rounded {
  std::vector<int32_t> numbers;
  float scale = 0;
};
Rounded rounded(const float* row, int64_t count) {
  float largest = 0;
  for (int64_t k = 0; k < count; ++k) largest = std::max(largest, std::abs(row[k]));
  const float factor = largest > 0 ? 127 / largest : 0;
  Rounded result{.numbers = {}, .scale = largest / 127};
  for (int64_t k = 0; k < count; ++k) result.numbers.push_back(static_cast<int32_t>(std::nearbyint(row[k] * factor)));
  return result;
}

/// x · wᵀ as naru/ops/cpu/int8_product.h says it.
Tensor twin(const Tensor& x, const Tensor& w) {
  Tensor y({x.dim(0), w.dim(0)});
  for (int64_t i = 0; i < x.dim(0); ++i) {
    const Rounded left = rounded(x.data() + i * x.dim(1), x.dim(1));
    for (int64_t j = 0; j < w.dim(0); ++j) {
      const Rounded right = rounded(w.data() + j * w.dim(1), w.dim(1));
      int64_t sum = 0;
      for (size_t k = 0; k < left.numbers.size(); ++k) sum += int64_t{left.numbers[k]} * right.numbers[k];
      y.data()[i * w.dim(0) + j] = static_cast<float>(sum) * (right.scale * left.scale);
    }
  }
  return y;
}

/// With and without the machine's dot product, on every instruction set, with one thread and with two.
template <class Body>
void by_every_kernel(const Body& body) {
  const int before = threads();
  for (const bool dot : {true, false})
    for (const int count : {1, 2}) {
      cpu::use_int8_dot(dot);
      set_threads(count);
      on_every_instruction_set(body);
    }
  cpu::use_int8_dot(true);
  set_threads(before);
}

struct Int8Product : ::testing::TestWithParam<Shape> {};  // rows, inner, outputs
INSTANTIATE_TEST_SUITE_P(Shapes, Int8Product,
                         ::testing::Values(Shape{1, 512, 1536}, Shape{1, 3, 1}, Shape{0, 8, 8}, Shape{7, 130, 70},
                                           Shape{63, 64, 200}, Shape{64, 65, 64}, Shape{300, 96, 130}),
                         [](const auto& info) {
                           return fmt::format("{}x{}x{}", info.param[0], info.param[1], info.param[2]);
                         });

TEST_P(Int8Product, IsExactWhateverTheKernelTheThreadsAndTheNeighbours) {
  const Shape& shape = GetParam();
  const Tensor x = to_tensor(random_doubles(1, {shape[0], shape[1]})),
               w = to_tensor(random_doubles(2, {shape[2], shape[1]}));
  const Tensor expected = twin(x, w);
  by_every_kernel([&] { EXPECT_TENSORS_NEAR(linear(x, quantized(w)), expected, 0); });
}

TEST(Int8Products, OfTheLargestNumbersDoNotSaturate) {
  const Tensor x({1, 512}), w({64, 512});
  std::ranges::fill(x.values(), 1.0f);
  std::ranges::fill(w.values(), -1.0f);
  by_every_kernel([&] {
    const float scale = 1.0f / 127;
    EXPECT_EQ(linear(x, quantized(w)).data()[63], -512.0f * 127 * 127 * (scale * scale));
  });
}

TEST(Int8Products, AreNearTheProductOfTheNumbersThatWereRounded) {
  const Tensor x = to_tensor(random_doubles(3, {5, 256})), w = to_tensor(random_doubles(4, {96, 256}));
  // Each factor is at most half a step of 1 / 127 off, and the errors of 256 terms add up like noise.
  EXPECT_TENSORS_NEAR(linear(x, quantized(w)), linear(x, w), 0.3);
}

TEST(Int8Products, HaveBiasAndActivationAsOthersDo) {
  const Tensor x = to_tensor(random_doubles(5, {70, 40})), w = to_tensor(random_doubles(6, {100, 40}));
  const Tensor bias = to_tensor(random_doubles(7, {100}));
  Tensor expected = twin(x, w);
  for (int64_t i = 0; i < expected.size(); ++i)
    expected.data()[i] = std::max(0.0f, expected.data()[i] + bias.data()[i % 100]);
  by_every_kernel(
      [&] { EXPECT_TENSORS_NEAR(linear(x, quantized(w), bias, {.activation = Activation::relu}), expected, 0); });
}

TEST(Int8Products, OfSomeColumnsAreThoseOfTheWholeAndAddToWhatIsThere) {
  const Tensor x = to_tensor(random_doubles(9, {9, 30})), w = to_tensor(random_doubles(10, {150, 30}));
  const Tensor whole = twin(x, w), q = quantized(w);
  by_every_kernel([&] {
    const auto packed_weight = packed(q, PackedAs::transposed, DType::f32);
    for (const auto& [first, last] : {std::pair<int64_t, int64_t>{0, 150}, {32, 96}, {5, 7}, {130, 150}}) {
      const Tensor y = to_tensor(random_doubles(11, {9, 150}));
      Tensor expected = y.clone();
      for (int64_t i = 0; i < 9; ++i)
        for (int64_t j = first; j < last; ++j) expected.data()[i * 150 + j] += whole.data()[i * 150 + j];
      cpu::product_columns(matrix_view(x), *packed_weight, matrix_out(y), {first, last}, {.add = true});
      EXPECT_TENSORS_NEAR(y, expected, 0);
    }
  });
}

TEST(Int8Products, OfAPartOfAWeightHaveItsNumbersAndScales) {
  const Tensor x = to_tensor(random_doubles(12, {3, 21})), w = to_tensor(random_doubles(13, {100, 40}));
  cpu::PackedMatrix part;
  cpu::pack(quantized(w).int8(), {.first_row = 70, .rows = 30, .first_column = 6, .columns = 21}, part);
  const Tensor y({3, 30});
  cpu::product(matrix_view(x), part, matrix_out(y));
  for (int64_t i = 0; i < 3; ++i) {
    const Rounded left = rounded(x.data() + i * 21, 21);
    for (int64_t j = 0; j < 30; ++j) {
      const Rounded right = rounded(w.data() + (70 + j) * 40, 40);
      int64_t sum = 0;
      for (size_t k = 0; k < 21; ++k) sum += int64_t{left.numbers[k]} * right.numbers[6 + k];
      EXPECT_EQ(y.data()[i * 30 + j], static_cast<float>(sum) * (right.scale * left.scale));
    }
  }
}

/// Three steps through time, so that the errors of rounding pass on.
TEST(Int8Products, CarryARecurrentLayer) {
  const Offsets offsets({3, 1, 3});
  const Tensor x = to_tensor(random_doubles(14, {7, 24}));
  for (const Cell cell : {Cell::rnn, Cell::gru, Cell::gru_2014, Cell::lstm}) {
    const int64_t hidden = 20, rows = gate_count(cell) * hidden;
    const Tensor ih = to_tensor(random_doubles(15, {rows, 24}, -0.3, 0.3));
    const Tensor hh = to_tensor(random_doubles(16, {rows, hidden}, -0.3, 0.3));
    const Tensor bias = to_tensor(random_doubles(17, {rows}));
    const auto outputs = [&](const Tensor& in, const Tensor& recurrent) {
      return recurrent_layer(x, offsets, {}, {in, recurrent, bias, {}}, {cell, false}).outputs;
    };
    EXPECT_TENSORS_NEAR(outputs(quantized(ih), quantized(hh)), outputs(ih, hh), 0.03) << static_cast<int>(cell);
  }
}

TEST(Int8Products, OfZerosAreZeros) {
  const Tensor y = linear(Tensor::zeros({2, 12}), quantized(Tensor::zeros({5, 12})));
  for (const float value : y.values()) EXPECT_EQ(value, 0);
}

TEST(Int8Products, PassOnWhatIsNotFinite) {
  const Tensor w = quantized(to_tensor(random_doubles(18, {7, 40})));
  for (const float bad : {NAN, INFINITY, -INFINITY})
    for (const int64_t at : {0, 37}) {
      const Tensor x = to_tensor(random_doubles(19, {2, 40}));
      x.data()[at] = bad;
      on_every_instruction_set([&] {
        const Tensor y = linear(x, w);
        EXPECT_TRUE(std::isnan(y.data()[3])) << bad << " at " << at;
        EXPECT_TRUE(std::isfinite(y.data()[7 + 3])) << "the other row";
      });
    }
}

TEST(Int8Embedding, GivesTheRoundedRows) {
  const Tensor table = to_tensor(random_doubles(8, {130, 30})), ids = Tensor::from({129, 0, 64, 64}, {4});
  const Tensor y = embedding(quantized(table), ids, {.scale = 2});
  for (int64_t t = 0; t < 4; ++t) {
    const Rounded row = rounded(table.data() + ids.data<int32_t>()[t] * 30, 30);
    for (int64_t k = 0; k < 30; ++k)
      EXPECT_EQ(y.data()[t * 30 + k], 2 * row.scale * static_cast<float>(row.numbers[static_cast<size_t>(k)]));
  }
}

TEST(Int8Products, GiveNoGradients) {
  Tensor x({1, 4});
  want_gradient(x);
  const Tensor w = quantized(Tensor::zeros({3, 4}));
  Tape tape;
  EXPECT_THROW(tape.backward({linear(x, w)}, {Tensor::zeros({1, 3})}), CheckFailure);
}

}  // namespace
}  // namespace naru
