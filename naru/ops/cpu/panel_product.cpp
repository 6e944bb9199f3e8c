#include "naru/ops/cpu/panel_product.h"

#include <algorithm>
#include <atomic>

#include "naru/base/error.h"
#include "naru/base/profile.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/elementwise.h"
#include "naru/ops/cpu/kernel.h"
#include "naru/ops/cpu/panel_kernel.h"
#include "naru/ops/cpu/panel_rounding.h"
#include "naru/ops/cpu/product_kernel.h"

namespace naru::cpu {
namespace {

std::atomic<bool> dot_wanted = true;

PanelKernel choose_kernel(DType dtype) {
  const PanelKernel dot = dot_wanted ? int8_dot_kernel(dtype) : nullptr;
  return dot ? dot : panel_kernel(dtype);
}

template <class T>
LeftRows rounded_rows(const MatrixView& a, const PanelLayout& w, ThreadBuffer& memory) {
  const int64_t step = w.words() * w.word_numbers(), groups = w.groups(), floats_at = divide_up(a.rows * step, 64) * 64;
  auto* bytes = memory.at_least<std::byte>(floats_at + a.rows * (1 + groups) * int64_t{sizeof(float)});
  auto* const numbers = reinterpret_cast<int8_t*>(bytes);
  auto* const scales = reinterpret_cast<float*>(bytes + floats_at);
  auto* const starts = reinterpret_cast<int32_t*>(scales + a.rows);
  parallel_for(a.rows, row_grain(a.columns), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      int8_t* const row = numbers + r * step;
      std::fill_n(row, w.skew, int8_t{0});
      scales[r] = round_to_bytes(static_cast<const T*>(a.data) + r * a.stride, a.columns, row + w.skew);
      std::fill(row + w.skew + a.columns, row + step, int8_t{0});
      sum_groups(row, step, {.group = w.group(), .factor = -w.zero(), .to = starts + r * groups});
    }
  });
  return {bytes, step, scales, starts, a.rows, groups};
}

/// The size of a share.
struct Cut {
  int64_t rows, columns;
};
/// Many rows are cut into blocks that stay in L2 while the weights pass, as many for each thread; of few rows the
/// outputs are cut, so that the weights are read once.
Cut choose_cut(int64_t rows, const PanelLayout& layout) {
  constexpr int64_t most = 128, many = 64;
  const int64_t workers = threads_for(rows * layout.inner * layout.outputs);
  const int64_t blocks = rows >= many ? divide_up(divide_up(rows, most), workers) * workers : 1;
  const int64_t height = divide_up(divide_up(std::max<int64_t>(1, rows), blocks), panel_tile_rows) * panel_tile_rows;
  const int64_t panels = rows >= many ? layout.panels() : divide_up(layout.panels(), workers);
  return {height, panels * PanelLayout::panel};
}

/// Adds what C holds, where a sum is to begin there.
void add_result(const MatrixOut& c, int64_t first_column, const SumsView& sums) {
  const auto add = [&](const auto* from) {
    for (int64_t r = 0; r < sums.rows; ++r)
      for (int64_t j = 0; j < sums.columns; ++j)
        sums.data[r * sums.stride + j] += static_cast<float>(from[r * c.stride + first_column + j]);
  };
  c.dtype == DType::f32 ? add(static_cast<const float*>(c.data)) : add(static_cast<const bf16*>(c.data));
}

struct RowRange {
  int64_t first, last;
};

/// A tile of these rows and the panel of `output`; its result is still to be placed.
PanelTile tile_of(const LeftRows& a, RowRange range, int64_t row, const PanelMatrix& w, int64_t output) {
  const PanelLayout& layout = w.layout;
  const std::byte* const words = w.words(output);
  // The first four tiles of a panel ask for a quarter of the next each: it comes from L2 then.
  const int64_t quarter = std::min<int64_t>((row - range.first) / panel_tile_rows, 3);
  return {.rows = a.numbers + row * a.step,
          .row_step = a.step,
          .row_scales = a.scales + row,
          .starts = a.starts + row * layout.groups(),
          .words = words,
          .inner = layout.inner,
          .word_count = layout.words(),
          .group_words = layout.group() / layout.word_numbers(),
          .groups = layout.groups(),
          .scales = w.scales(output),
          .to = nullptr,
          .to_step = 0,
          .ahead = words + layout.panel_bytes() + quarter * layout.words() * 64};
}

/// These rows times the columns' outputs, on the calling thread.
void product_part(const LeftRows& a, RowRange range, const PanelMatrix& w, ColumnRange part, const MatrixOut& c,
                  const Epilogue& epilogue) {
  static thread_local ThreadBuffer buffer;
  constexpr int64_t panel = PanelLayout::panel;
  const PanelKernel kernel = choose_kernel(w.layout.dtype);
  NARU_CHECK(epilogue.scale == 1, "product: {} weights do not scale", name(w.layout.dtype));
  for (int64_t output = part.first / panel * panel; output < part.last; output += panel) {
    const int64_t begin = std::max(output, part.first), columns = std::min(output + panel, part.last) - begin;
    const bool in_place = c.dtype == DType::f32 && columns == panel && !epilogue.add;
    for (int64_t row = range.first, rows; row < range.last; row += rows) {
      rows = std::min(panel_tile_rows, range.last - row);
      MatrixOut below = c;
      below.data = static_cast<std::byte*>(c.data) + row * c.stride * size_of(c.dtype);
      PanelTile tile = tile_of(a, range, row, w, output);
      tile.to = in_place ? static_cast<float*>(below.data) + output : buffer.at_least<float>(panel_tile_rows * panel);
      tile.to_step = in_place ? c.stride : panel;
      kernel(tile, rows);
      const SumsView sums{tile.to + (begin - output), tile.to_step, rows, columns};
      if (epilogue.add) add_result(below, begin, sums);
      if (in_place && !epilogue.bias && epilogue.activation == Activation::none) continue;
      finish_sums(sums, epilogue, begin, below);
    }
  }
}

void check(const MatrixView& a, const PanelLayout& w) {
  NARU_CHECK(a.columns == w.inner && !a.transposed, "product: A [{}, {}] · {} W [{}, {}]ᵀ", a.rows, a.columns,
             name(w.dtype), w.outputs, w.inner);
}

ProfiledProduct timed(int64_t rows, const PanelLayout& w, int64_t columns) {
  return {2.0 * static_cast<double>(rows * w.inner * columns),
          is_quantized(w.dtype) ? Multiplied::int8 : Multiplied::bf16};
}

}  // namespace

LeftRows left_rows(const MatrixView& a, const PanelLayout& w, ThreadBuffer& memory) {
  check(a, w);
  if (is_quantized(w.dtype))
    return a.dtype == DType::f32 ? rounded_rows<float>(a, w, memory) : rounded_rows<bf16>(a, w, memory);
  constexpr auto number = int64_t{sizeof(float)};
  if (a.dtype == DType::f32)
    return {static_cast<const std::byte*>(a.data), a.stride * number, nullptr, nullptr, a.rows, 0};
  auto* wide = memory.at_least<float>(a.rows * a.columns);
  for (int64_t r = 0; r < a.rows; ++r)
    convert(static_cast<const bf16*>(a.data) + r * a.stride, wide + r * a.columns, a.columns);
  return {reinterpret_cast<const std::byte*>(wide), a.columns * number, nullptr, nullptr, a.rows, 0};
}

void use_int8_dot(bool yes) { dot_wanted = yes; }

void product(const MatrixView& a, const PanelMatrix& w, const MatrixOut& c, const Epilogue& epilogue) {
  const PanelLayout& layout = w.layout;
  const ProfiledProduct profiled = timed(a.rows, layout, layout.outputs);
  static thread_local ThreadBuffer buffer;
  const LeftRows rows = left_rows(a, layout, buffer);
  const Cut cut = choose_cut(a.rows, layout);
  const int64_t row_blocks = divide_up(a.rows, cut.rows), column_blocks = divide_up(layout.outputs, cut.columns);
  parallel_for(row_blocks * column_blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = i / column_blocks * cut.rows, first = i % column_blocks * cut.columns;
      product_part(rows, {row, std::min(a.rows, row + cut.rows)}, w,
                   {first, std::min(layout.outputs, first + cut.columns)}, c, epilogue);
    }
  });
}

void product_columns(const LeftRows& a, const PanelMatrix& w, const MatrixOut& c, ColumnRange columns,
                     const Epilogue& epilogue) {
  const ProfiledProduct profiled = timed(a.rows, w.layout, columns.last - columns.first);
  product_part(a, {0, a.rows}, w, columns, c, epilogue);
}

}  // namespace naru::cpu
