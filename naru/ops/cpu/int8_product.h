// Products with 8-bit weights: y = activation(s_x s_w (q_x · q_w) + bias), where a row x of the left side is rounded to
// q_x = x / s_x, s_x = max |x| / 127 (NaN if a number is not finite), and q_x · q_w is summed exactly in i32. So a row
// of the result depends on nothing but its own row, whatever kernel, blocking or number of threads computes it.
#pragma once

#include <cstdint>
#include <span>

#include "naru/ops/cpu/buffer.h"
#include "naru/ops/cpu/product.h"
#include "naru/tensor/int8_layout.h"

namespace naru::cpu {

/// Rounds `rows` rows of weights [rows, inner] to 8 bits, as outputs [first, first + rows) of `to`: each by its own
/// scale, max |w| / 127, to the nearest number, ties to even.
void quantize_rows(const float* weights, int64_t rows, int64_t first, const Int8MatrixOut& to);

/// Numbers [rows, inner] that are rounded already, with a scale for each row, as outputs [first, first + rows); and
/// back: those of all outputs.
void store_rows(const int8_t* numbers, const float* scales, int64_t rows, int64_t first, const Int8MatrixOut& to);
void load_rows(const Int8Matrix& from, int8_t* numbers, float* scales);

/// The part of `from` that begins there and is as large as `to`.
void copy_part(const Int8Matrix& from, int64_t first_output, int64_t first_inner, const Int8MatrixOut& to);

/// Outputs `ids` of `from`, as many as `to` has.
void gather_outputs(const Int8Matrix& from, std::span<const int32_t> ids, const Int8MatrixOut& to);

/// y_t = factor · row ids_t of `table`. y [count, inner] f32.
void gather_rows(const Int8Matrix& table, const int32_t* ids, int64_t count, float factor, float* y);

/// C [rows, outputs] = activation(A · Wᵀ + bias) for A [rows, inner], on the pool. Without a scale.
void product(const MatrixView& a, const Int8Matrix& w, const MatrixOut& c, const Epilogue& epilogue = {});

/// The left side of a product, rounded once; in memory that is lent.
struct QuantizedRows {
  uint8_t* numbers;  // [rows, step]: q + 128; what fills up the last group meets weights of 0
  float* scales;     // [rows]
  int64_t rows, step;
};
QuantizedRows quantize(const MatrixView& a, ThreadBuffer& memory);
/// Rows [first, last) of it times the columns' outputs, on the calling thread; `c` and the bias are those of the whole.
/// Fastest where the columns begin and end with panels of the layout.
struct RowRange {
  int64_t first, last;
};
void product_part(const QuantizedRows& a, RowRange rows, const Int8Matrix& w, ColumnRange columns, const MatrixOut& c,
                  const Epilogue& epilogue = {});

/// Whether the machine's 8-bit dot product serves where there is one, which tests turn off: the others give equal bits.
void use_int8_dot(bool yes);

}  // namespace naru::cpu
