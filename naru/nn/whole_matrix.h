// Matrices of whole numbers as files have them, under their name and, the scales, under `scale_suffix` behind it:
//   8 bits  I8 [out, in], scales F32 [out]
//   4 bits  U8 [out, ceil(in / 2)]: number 2 j + 8 in the lower half of byte j, number 2 j + 1 + 8 in the upper; scales
//           F32 [out, groups], of groups of 32, 64 or 128 along a row, the last of which may be shorter
#pragma once

#include <optional>

#include "naru/tensor/tensor.h"

namespace naru {

inline constexpr const char* scale_suffix = ".scale";

struct WholeMatrix {
  DType dtype;     // q8, or one of q4
  Tensor numbers;  // i8 [out, in]
  Tensor scales;   // [out], or [out, groups]
};

/// Each row or group by a scale of its own (naru/ops/cpu/panel_weights.h). weights [out, in] f32.
WholeMatrix rounded(const Tensor& weights, DType dtype);
/// scale · number, [out, in].
Tensor widened(const WholeMatrix& matrix);
/// Fills outputs [first, first + out) of a block in panels: as they are, or rounded again where its numbers are others.
void put_rows(const WholeMatrix& matrix, const Tensor& block, int64_t first);

/// What 4-bit matrices with so many groups in a row are; nothing where no group fits.
std::optional<DType> q4_of_groups(int64_t inner, int64_t groups);
/// Numbers [out, in] of 4 bits, two to a byte, and back.
Tensor to_halves(const Tensor& numbers);
Tensor from_halves(const Tensor& halves, int64_t inner);

}  // namespace naru
