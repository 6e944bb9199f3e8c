// Products with weights that lie in panels (naru/tensor/panel_layout.h): y = activation(x Wᵀ + bias).
//
//   b16     fused multiply-adds of f32 by the weights widened, one after the other
//   q8, q4  s_x · sum over groups g of s_g (q_x · q_w)_g, where a row x is rounded to q_x = x / s_x, s_x = max |x| /
//   127
//           (NaN if a number is not finite), and q_x · q_w is summed exactly in i32
//
// A row of the result depends on nothing but its own row, whatever blocking or number of threads computes it; of q8 and
// q4 also whatever kernel.
#pragma once

#include <cstdint>

#include "naru/ops/cpu/left_side.h"

namespace naru::cpu {

/// C [rows, outputs] = activation(A · Wᵀ + bias) for A [rows, inner], on the pool. Without a scale.
void product(const MatrixView& a, const PanelMatrix& w, const MatrixOut& c, const Epilogue& epilogue = {});
/// Of A what kernels read, in memory that is lent.
LeftRows left_rows(const MatrixView& a, const PanelLayout& w, ThreadBuffer& memory);
/// Columns [first, last) of the same, on the calling thread; `c` and the bias are those of the whole. Fastest where the
/// columns begin and end with panels.
void product_columns(const LeftRows& a, const PanelMatrix& w, const MatrixOut& c, ColumnRange columns,
                     const Epilogue& epilogue = {});

/// Whether the machine's 8-bit dot product serves where there is one, which tests turn off: the others give equal bits.
void use_int8_dot(bool yes);

}  // namespace naru::cpu
