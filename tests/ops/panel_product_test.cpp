// Products with weights in panels: of whole numbers against the same arithmetic in plain loops, bit for bit, by every
// kernel; of bf16 against sums in double.
#include "naru/ops/cpu/panel_product.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "naru/base/threads.h"
#include "naru/ops/cpu/product_onednn.h"
#include "naru/ops/embedding.h"
#include "naru/ops/linear.h"
#include "naru/ops/packed.h"
#include "naru/ops/recurrent.h"
#include "naru/tensor/tape.h"

#include "tests/instruction_sets.h"
#include "tests/ops/op_case.h"
#include "tests/ops/stored_as.h"
#include "tests/tensors_near.h"

namespace naru {
namespace {

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

cpu::WeightPart whole(const Tensor& w) { return {.rows = w.dim(0), .columns = w.dim(1)}; }

/// x times a part of w, transposed, as naru/ops/cpu/panel_product.h says it of whole numbers; of bf16 in double.
Tensor twin(const Tensor& x, const Tensor& w, const cpu::WeightPart& part) {
  const PanelMatrix stored = w.panels();
  const PanelLayout& layout = stored.layout;
  const bool whole_numbers = is_quantized(layout.dtype);
  Tensor y({x.dim(0), part.rows});
  for (int64_t i = 0; i < x.dim(0); ++i) {
    const float* row = x.data() + i * part.columns;
    const Rounded left = rounded(row, part.columns);
    for (int64_t j = 0; j < part.rows; ++j) {
      const int64_t output = part.first_row + j, end = part.first_column + part.columns;
      double exact = 0;
      float total = 0;
      for (int64_t k = part.first_column; k < end;) {
        int64_t sum = 0;
        const int64_t group = k / layout.group(), last = std::min(end, (group + 1) * layout.group());
        for (; k < last; ++k) {
          const auto at = static_cast<size_t>(k - part.first_column);
          if (whole_numbers) sum += int64_t{left.numbers[at]} * (stored.stored(output, k) - layout.zero());
          exact += double{row[at]} * double{stored.value(output, k)};
        }
        if (whole_numbers) total += static_cast<float>(sum) * stored.scale(output, group);
      }
      y.data()[i * part.rows + j] = whole_numbers ? total * left.scale : static_cast<float>(exact);
    }
  }
  return y;
}
Tensor twin(const Tensor& x, const Tensor& w) { return twin(x, w, whole(w)); }

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

struct PanelProduct : ::testing::TestWithParam<DType> {
  static Tensor stored(const Tensor& weights) { return stored_as(GetParam(), weights); }
  static bool quantized() { return is_quantized(GetParam()); }
  /// Of a product with numbers of about 1: bf16 on its way may round the left side too.
  static double tolerance() { return quantized() ? 0 : cpu::has_bf16_products() ? 0.05 : 1e-4; }
};
INSTANTIATE_TEST_SUITE_P(Weights, PanelProduct, ::testing::ValuesIn(panel_dtypes),
                         [](const auto& info) { return std::string(name(info.param)); });

TEST_P(PanelProduct, EqualsItsTwinWhateverTheKernelAndTheThreads) {
  for (const Shape& shape : {Shape{1, 512, 1536}, Shape{1, 3, 1}, Shape{0, 8, 8}, Shape{7, 130, 70}, Shape{63, 64, 200},
                             Shape{64, 65, 64}, Shape{300, 96, 130}}) {  // rows, inner, outputs
    const Tensor x = to_tensor(random_doubles(1, {shape[0], shape[1]})),
                 w = stored(to_tensor(random_doubles(2, {shape[2], shape[1]})));
    const Tensor expected = twin(x, w);
    by_every_kernel([&] { EXPECT_TENSORS_NEAR(linear(x, w.clone()), expected, tolerance()) << to_string(shape); });
  }
}

TEST_P(PanelProduct, OfARowDoesNotDependOnItsNeighbours) {
  const Tensor x = to_tensor(random_doubles(20, {64, 200})), weights = to_tensor(random_doubles(21, {130, 200}));
  by_every_kernel([&] {
    const Tensor w = stored(weights), together = linear(x, w);
    for (const auto& [first, last] : {std::pair<int64_t, int64_t>{0, 1}, {63, 64}, {10, 12}, {20, 27}, {0, 33}})
      EXPECT_TENSORS_NEAR(linear(x.rows(first, last), w), together.rows(first, last), 0) << first << " to " << last;
  });
}

TEST_P(PanelProduct, OfTheLargestNumbersDoesNotSaturate) {
  const Tensor x({1, 512}), w({64, 512});
  std::ranges::fill(x.values(), 1.0f);
  std::ranges::fill(w.values(), -1.0f);
  by_every_kernel([&] { EXPECT_NEAR(linear(x, stored(w)).data()[63], -512, 1e-3); });
}

TEST_P(PanelProduct, IsNearThatOfTheNumbersThatWereRounded) {
  const Tensor x = to_tensor(random_doubles(3, {5, 256})), w = to_tensor(random_doubles(4, {96, 256}));
  // Each factor is at most half a step off, and the errors of 256 terms add up like noise.
  EXPECT_TENSORS_NEAR(linear(x, stored(w)), linear(x, w), is_q4(GetParam()) ? 2 : 0.3);
}

TEST_P(PanelProduct, HasBiasAndActivationAsOthersDo) {
  const Tensor x = to_tensor(random_doubles(5, {70, 40})), w = stored(to_tensor(random_doubles(6, {100, 40})));
  const Tensor bias = to_tensor(random_doubles(7, {100}));
  Tensor expected = twin(x, w);
  for (int64_t i = 0; i < expected.size(); ++i)
    expected.data()[i] = std::max(0.0f, expected.data()[i] + bias.data()[i % 100]);
  by_every_kernel([&] {
    EXPECT_TENSORS_NEAR(linear(x, w.clone(), bias, {.activation = Activation::relu}), expected, tolerance());
  });
}

TEST_P(PanelProduct, OfBf16RowsIsThatOfTheSameNumbersInF32) {
  const Tensor x = to_tensor(random_doubles(22, {9, 70})).to(DType::bf16), wide = x.to(DType::f32);
  const Tensor w = to_tensor(random_doubles(23, {80, 70}));
  by_every_kernel([&] { EXPECT_TENSORS_NEAR(linear(x, stored(w)), linear(wide, stored(w)).to(DType::bf16), 0); });
}

TEST_P(PanelProduct, OfSomeColumnsIsThatOfTheWholeAndAddsToWhatIsThere) {
  const Tensor x = to_tensor(random_doubles(9, {9, 30})), w = stored(to_tensor(random_doubles(10, {150, 30})));
  const Tensor all = twin(x, w);
  by_every_kernel([&] {
    const Tensor fresh = w.clone();
    const auto packed_weight = packed(fresh, PackedAs::transposed, DType::f32);
    for (const auto& [first, last] : {std::pair<int64_t, int64_t>{0, 150}, {32, 96}, {5, 7}, {130, 150}}) {
      const Tensor y = to_tensor(random_doubles(11, {9, 150}));
      Tensor expected = y.clone();
      for (int64_t i = 0; i < 9; ++i)
        for (int64_t j = first; j < last; ++j) expected.data()[i * 150 + j] += all.data()[i * 150 + j];
      cpu::product_columns(matrix_view(x), *packed_weight, matrix_out(y), {first, last}, {.add = true});
      EXPECT_TENSORS_NEAR(y, expected, tolerance());
    }
  });
}

TEST_P(PanelProduct, OfAPartOfAWeightHasItsNumbersAndScales) {
  const Tensor w = stored(to_tensor(random_doubles(13, {100, 300})));
  for (const auto& [first, columns] : {std::pair<int64_t, int64_t>{6, 21}, {64, 64}, {250, 50}, {37, 263}}) {
    const cpu::WeightPart part{.first_row = 70, .rows = 30, .first_column = first, .columns = columns};
    const Tensor x = to_tensor(random_doubles(12, {3, columns}));
    by_every_kernel([&, columns = columns] {
      cpu::PackedMatrix packed_part;
      cpu::pack(w.panels(), part, packed_part);
      const Tensor y({3, 30});
      cpu::product(matrix_view(x), packed_part, matrix_out(y));
      EXPECT_TENSORS_NEAR(y, twin(x, w, part), tolerance()) << columns;
    });
  }
}

/// Three steps through time, so that the errors of rounding pass on.
TEST_P(PanelProduct, CarriesARecurrentLayer) {
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
    EXPECT_TENSORS_NEAR(outputs(stored(ih), stored(hh)), outputs(ih, hh), is_q4(GetParam()) ? 0.15 : 0.03)
        << static_cast<int>(cell);
  }
}

TEST_P(PanelProduct, OfZerosIsZero) {
  const Tensor y = linear(Tensor::zeros({2, 12}), stored(Tensor::zeros({5, 12})));
  for (const float value : y.values()) EXPECT_EQ(value, 0);
}

TEST_P(PanelProduct, PassesOnWhatIsNotFinite) {
  const Tensor weights = to_tensor(random_doubles(18, {7, 40}));
  for (const float bad : {NAN, INFINITY, -INFINITY})
    for (const int64_t at : {0, 37}) {
      const Tensor x = to_tensor(random_doubles(19, {2, 40}));
      x.data()[at] = bad;
      by_every_kernel([&] {
        const Tensor y = linear(x, stored(weights));
        EXPECT_FALSE(std::isfinite(y.data()[3])) << bad << " at " << at;
        EXPECT_TRUE(std::isfinite(y.data()[7 + 3])) << "the other row";
      });
    }
}

TEST_P(PanelProduct, GivesNoGradients) {
  Tensor x({1, 4});
  want_gradient(x);
  const Tensor w = stored(Tensor::zeros({3, 4}));
  Tape tape;
  EXPECT_THROW(tape.backward({linear(x, w)}, {Tensor::zeros({1, 3})}), CheckFailure);
}

TEST_P(PanelProduct, HasAnEmbeddingOfTheSameNumbers) {
  const Tensor table = stored(to_tensor(random_doubles(8, {130, 75}))), wide = meant_by(table);
  const Tensor ids = Tensor::from({129, 0, 64, 64}, {4});
  EXPECT_TENSORS_NEAR(embedding(table, ids, {.scale = 2}), embedding(wide, ids, {.scale = 2}), 0);
}

/// So that its kernels read our panels where the machine multiplies bf16 itself.
TEST(PanelsOfBf16, LieAsOneDnnPacksThem) {
  const Tensor w = to_tensor(random_doubles(24, {150, 70})), panels = stored_as(DType::b16, w);
  const auto bytes = static_cast<size_t>(cpu::onednn::packed_bytes(70, 150, DType::bf16));
  ASSERT_EQ(static_cast<size_t>(panels.bytes()), bytes);
  std::vector<std::byte> packed_bytes(bytes);
  cpu::onednn::pack(transposed_view(w), 0, 150, DType::bf16, packed_bytes.data());
  EXPECT_EQ(std::memcmp(packed_bytes.data(), panels.raw(), bytes), 0);
}

}  // namespace
}  // namespace naru
