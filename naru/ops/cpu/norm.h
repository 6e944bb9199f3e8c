// Layer norm on CPU. `statistics` [rows, 2]: each row's mean and 1 / sqrt(variance + epsilon).
#pragma once

#include <cstdint>

#include "naru/ops/cpu/reduce.h"

namespace naru::cpu {

struct NormParameters {
  const float* weight;  // [columns]
  const float* bias;    // [columns]
  float epsilon;
};
/// Both f32, both bf16, or f32 in and bf16 out. x and y may be the same memory.
template <class X, class Y>
void layer_norm(const X* x, const NormParameters& parameters, Y* y, float* statistics, int64_t rows, int64_t columns);

template <class X, class Y>
struct NormBackward {
  const X* x;
  const Y* dy;
  const float* statistics;
  const float* weight;
  bool add;  // to dx, instead of writing it
};
/// Writes or adds dx, and writes for each piece of rows its share of the weight's and the bias's gradient:
/// partial [norm_pieces(rows), 2, columns].
template <class X, class Y>
void layer_norm_backward(const NormBackward<X, Y>& given, X* dx, float* partial, int64_t rows, int64_t columns);
/// Depends on the number of rows only.
int64_t norm_pieces(int64_t rows);
/// Adds the shares up; a null `to` is left out.
void norm_parameter_gradients(const float* partial, int64_t pieces, int64_t columns, ColumnSums weight,
                              ColumnSums bias);

}  // namespace naru::cpu
