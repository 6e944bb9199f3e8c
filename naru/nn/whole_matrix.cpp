#include "naru/nn/whole_matrix.h"

#include "naru/ops/cpu/panel_weights.h"

namespace naru {
namespace {

int64_t groups_of(DType dtype, int64_t inner) { return PanelLayout{dtype, 1, inner}.groups(); }

}  // namespace

WholeMatrix rounded(const Tensor& weights, DType dtype) {
  const int64_t rows = weights.dim(0), inner = weights.dim(1);
  const Tensor packed(weights.shape(), dtype, Purpose::workspace);
  cpu::round_rows(weights.data(), rows, 0, packed.panels_out());
  const Shape scales = dtype == DType::q8 ? Shape{rows} : Shape{rows, groups_of(dtype, inner)};
  const WholeMatrix result{dtype, Tensor(weights.shape(), DType::i8), Tensor(scales)};
  cpu::load_rows(packed.panels(), result.numbers.data<int8_t>(), result.scales.data());
  return result;
}

Tensor widened(const WholeMatrix& matrix) {
  const int64_t rows = matrix.numbers.dim(0), inner = matrix.numbers.dim(1), groups = matrix.scales.size() / rows;
  const int64_t group = matrix.dtype == DType::q8 ? inner : q4_group(matrix.dtype);
  const Tensor wide(matrix.numbers.shape(), DType::f32, Purpose::weights);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t k = 0; k < inner; ++k)
      wide.data()[i * inner + k] = matrix.scales.data()[i * groups + k / group] *
                                   static_cast<float>(matrix.numbers.data<int8_t>()[i * inner + k]);
  return wide;
}

void put_rows(const WholeMatrix& matrix, const Tensor& block, int64_t first) {
  const int64_t rows = matrix.numbers.dim(0), inner = matrix.numbers.dim(1);
  const bool same_kind = is_q4(matrix.dtype) == is_q4(block.dtype()) && is_quantized(block.dtype());
  if (same_kind && groups_of(matrix.dtype, inner) == groups_of(block.dtype(), inner))
    return cpu::store_rows(matrix.numbers.data<int8_t>(), matrix.scales.data(), rows, first, block.panels_out());
  cpu::round_rows(widened(matrix).data(), rows, first, block.panels_out());
}

std::optional<DType> q4_of_groups(int64_t inner, int64_t groups) {
  for (const DType dtype : {DType::q4_32, DType::q4_64, DType::q4_128})
    if (groups_of(dtype, inner) == groups) return dtype;
  return {};
}

Tensor to_halves(const Tensor& numbers) {
  const int64_t rows = numbers.dim(0), inner = numbers.dim(1), bytes = (inner + 1) / 2;
  const auto half = [&](int64_t i, int64_t k) {
    return k < inner ? numbers.data<int8_t>()[i * inner + k] + 8 : 8;  // what fills up a row is 0
  };
  const Tensor halves({rows, bytes}, DType::u8);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < bytes; ++j)
      halves.data<uint8_t>()[i * bytes + j] = static_cast<uint8_t>(half(i, 2 * j) | half(i, 2 * j + 1) << 4);
  return halves;
}

Tensor from_halves(const Tensor& halves, int64_t inner) {
  const int64_t rows = halves.dim(0), bytes = halves.dim(1);
  const Tensor numbers({rows, inner}, DType::i8);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t k = 0; k < inner; ++k)
      numbers.data<int8_t>()[i * inner + k] =
          static_cast<int8_t>((halves.data<uint8_t>()[i * bytes + k / 2] >> (k % 2 * 4) & 15) - 8);
  return numbers;
}

}  // namespace naru
