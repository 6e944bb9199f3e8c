// The kernels of products with weights in panels: our own for all machines, and those of 8-bit dot products.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "naru/tensor/panel_layout.h"

namespace naru::cpu {

/// Rows of the left side and of results for a panel of outputs. Of whole numbers, with groups g of words w:
///   to[r, j] = row_scales[r] · sum over g of scales[g, j] · (starts[r, g] + sum over k in g of rows[r, k] · stored[k,
///   j])
/// where scales of q4 and sums are short enough for every product to be exact: fused or not, the result is the same.
/// Of bf16: to[r, j] = sum over k of rows[r, k] · weight[k, j], fused multiply-adds in rising k.
struct PanelTile {
  const std::byte* rows;  // i8, words · numbers each, or f32, `inner` each
  int64_t row_step;       // in bytes
  const float* row_scales;
  const int32_t* starts;   // [rows, groups]
  const std::byte* words;  // [words][64][4]
  int64_t inner, word_count, group_words, groups;
  const float* scales;  // [groups][64]
  float* to;            // 64 numbers a row, `to_step` apart
  int64_t to_step;
  const std::byte* ahead;  // what a later tile reads: a line of it, 64 bytes, is asked for at each word
};

/// Rows that are computed at once; a tile has so many at most.
inline constexpr int64_t panel_tile_rows = 6;

using PanelKernel = void (*)(const PanelTile& tile, int64_t rows);
PanelKernel panel_kernel(DType dtype);
/// null where the machine has none, and for bf16.
PanelKernel int8_dot_kernel(DType dtype);

/// A kernel for each number of rows, `Tiles::tile<rows>`, as one.
template <class Tiles>
void run_tile(const PanelTile& tile, int64_t rows) {
  static constexpr auto tiles = []<int... r>(std::integer_sequence<int, r...>) {
    return std::array<void (*)(const PanelTile&), sizeof...(r)>{{Tiles::template tile<r + 1>...}};
  }
  (std::make_integer_sequence<int, panel_tile_rows>());
  tiles[static_cast<size_t>(rows - 1)](tile);
}

}  // namespace naru::cpu
