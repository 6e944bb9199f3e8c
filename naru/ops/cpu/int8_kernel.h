// The kernels of products with 8-bit weights: our own for all machines, and one for those with an 8-bit dot product.
#pragma once

#include <cstdint>

#include "naru/tensor/int8_layout.h"

namespace naru::cpu {

/// Rows of quantized numbers and of results for a panel of outputs:
///   to[r, j] = row_scales[r] · scales[j] · (offsets[j] + sum over k of rows[r, k] · numbers[k, j])
struct Int8Tile {
  const uint8_t* rows;  // q + 128; `row_step` apart, groups · 4 each
  int64_t row_step;
  const float* row_scales;  // of each row
  const int8_t* numbers;    // [groups][64][4]
  int64_t groups;
  const float* scales;  // of the panel's 64 outputs
  const int32_t* offsets;
  float* to;  // 64 numbers a row, `to_step` apart
  int64_t to_step;
  const int8_t* ahead;  // what a later tile reads: a line of it, 64 bytes, is asked for at each group
};

/// Rows that are computed at once; a tile has so many at most.
inline constexpr int64_t int8_tile_rows = 6;

using Int8Kernel = void (*)(const Int8Tile& tile, int64_t rows);
/// null where the machine has none.
Int8Kernel int8_dot_kernel();

}  // namespace naru::cpu
