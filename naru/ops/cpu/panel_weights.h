// Weights into panels (naru/tensor/panel_layout.h) and out of them.
#pragma once

#include <cstdint>
#include <span>

#include "naru/tensor/panel_layout.h"

namespace naru::cpu {

/// Rounds `rows` rows of weights [rows, inner] to what `to` holds, as outputs [first, first + rows): b16 to bf16, q8
/// each row and q4 each group by its own scale (panel_rounding.h).
void round_rows(const float* weights, int64_t rows, int64_t first, const PanelMatrixOut& to);

/// Each of layout.outputs rows becomes what `round_rows` would leave of it: scale · number, or bf16's.
void round_in_place(float* weights, const PanelLayout& layout);

/// Whole numbers [rows, inner] that are rounded already, with their scales [rows, groups], as outputs
/// [first, first + rows); and back: those of all outputs.
void store_rows(const int8_t* numbers, const float* scales, int64_t rows, int64_t first, const PanelMatrixOut& to);
void load_rows(const PanelMatrix& from, int8_t* numbers, float* scales);

/// The part of `from` that begins there and is as large as `to`, whose skew is that of the first number in its group.
void copy_part(const PanelMatrix& from, int64_t first_output, int64_t first_inner, const PanelMatrixOut& to);

/// Outputs `ids` of `from`, as many as `to` has.
void gather_outputs(const PanelMatrix& from, std::span<const int32_t> ids, const PanelMatrixOut& to);

/// y_t = factor · row ids_t of `table`. y [count, inner] f32.
void gather_rows(const PanelMatrix& table, const int32_t* ids, int64_t count, float factor, float* y);

}  // namespace naru::cpu
