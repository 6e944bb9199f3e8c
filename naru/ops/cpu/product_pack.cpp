// B into panels: [inner, panel] each, for which a transposed B is turned in squares of 4 × 4.
#include <algorithm>

#include "naru/ops/cpu/product_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/product_pack.cpp"
#include "naru/ops/cpu/simd.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

constexpr int64_t panel = 2 * lanes;

HWY_INLINE void store_four(hn::Vec<Four> value, float* to) { hn::StoreU(value, Four(), to); }
HWY_INLINE void store_four(hn::Vec<Four> value, bf16* to) {
  alignas(16) float values[4];
  hn::Store(value, Four(), values);
  for (int i = 0; i < 4; ++i) to[i] = bf16(values[i]);
}

/// to[i · to_stride + j] = from[j · from_stride + i] for i, j < 4.
template <class From, class To>
HWY_INLINE void turn_square(const From* from, int64_t from_stride, To* to, int64_t to_stride) {
  const Four d;
  const auto a = load_four(from), b = load_four(from + from_stride);
  const auto c = load_four(from + 2 * from_stride), e = load_four(from + 3 * from_stride);
  const auto ab = hn::InterleaveLower(d, a, b), ce = hn::InterleaveLower(d, c, e);
  const auto ab_high = hn::InterleaveUpper(d, a, b), ce_high = hn::InterleaveUpper(d, c, e);
  store_four(hn::ConcatLowerLower(d, ce, ab), to);
  store_four(hn::ConcatUpperUpper(d, ce, ab), to + to_stride);
  store_four(hn::ConcatLowerLower(d, ce_high, ab_high), to + 2 * to_stride);
  store_four(hn::ConcatUpperUpper(d, ce_high, ab_high), to + 3 * to_stride);
}

/// One number at a time: what the vector loops leave over. Columns from `columns` to the panel's end become 0.
template <class From, class To>
void pack_rest(const From* from, int64_t column_step, int64_t inner_step, int64_t columns, int64_t first_column,
               int64_t inner, To* to) {
  for (int64_t k = 0; k < inner; ++k)
    for (int64_t j = first_column; j < panel; ++j)
      to[k * panel + j] =
          j < columns ? static_cast<To>(static_cast<float>(from[j * column_step + k * inner_step])) : To{};
}

template <class From, class To>
void pack_panel(const MatrixView& b, int64_t column, int64_t first_inner, int64_t inner, To* to) {
  const auto* memory = static_cast<const From*>(b.data);
  const int64_t columns = std::min(panel, b.columns - column);
  if (!b.transposed) {
    const From* from = memory + first_inner * b.stride + column;
    if (columns < panel) return pack_rest(from, 1, b.stride, columns, 0, inner, to);
    for (int64_t k = 0; k < inner; ++k, from += b.stride, to += panel) {
#pragma GCC unroll 2
      for (int64_t v = 0; v < panel; v += lanes) store(load(from + v), to + v);
    }
    return;
  }
  const From* from = memory + column * b.stride + first_inner;
  const int64_t whole_columns = columns / 4 * 4, whole_inner = inner / 4 * 4;
  for (int64_t k = 0; k < whole_inner; k += 4)
    for (int64_t j = 0; j < whole_columns; j += 4)
      turn_square(from + j * b.stride + k, b.stride, to + k * panel + j, panel);
  if (whole_columns < panel) pack_rest(from, b.stride, 1, columns, whole_columns, inner, to);
  pack_rest(from + whole_inner, b.stride, 1, columns, 0, inner - whole_inner, to + whole_inner * panel);
}

template <class From, class To>
void pack_with(const MatrixView& b, const PanelRange& range, To* panels) {
  // Rows of B are read along, a few at a time; of a transposed B whole panels, which are rows there.
  const int64_t inner = range.last_inner - range.first_inner, block = b.transposed ? std::max<int64_t>(1, inner) : 16;
  for (int64_t k = 0; k < inner; k += block)
    for (int64_t p = range.first; p < range.last; ++p)
      pack_panel<From>(b, p * panel, range.first_inner + k, std::min(block, inner - k),
                       panels + ((p - range.first) * inner + k) * panel);
}

template <class To>
void pack_as(const MatrixView& b, const PanelRange& range, To* panels) {
  if (b.dtype == DType::bf16) return pack_with<bf16>(b, range, panels);
  pack_with<float>(b, range, panels);
}

void pack_panels(const MatrixView& b, const PanelRange& range, DType dtype, void* panels) {
  if (dtype == DType::bf16) return pack_as(b, range, static_cast<bf16*>(panels));
  pack_as(b, range, static_cast<float*>(panels));
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(pack_panels);
void pack_panels(const MatrixView& b, const PanelRange& range, DType dtype, void* panels) {
  HWY_DYNAMIC_DISPATCH(pack_panels)(b, range, dtype, panels);
}
}  // namespace naru::cpu
#endif
