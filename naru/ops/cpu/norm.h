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
/// x and y may be the same memory.
template <class T>
void layer_norm(const T* x, const NormParameters& parameters, T* y, float* statistics, int64_t rows, int64_t columns);

template <class T>
struct NormBackward {
  const T* x;
  const T* dy;
  const float* statistics;
  const float* weight;
};
/// Writes dx, and for each piece of rows its share of the weight's and the bias's gradient:
/// partial [norm_pieces(rows), 2, columns].
template <class T>
void layer_norm_backward(const NormBackward<T>& given, T* dx, float* partial, int64_t rows, int64_t columns);
/// Depends on the number of rows only.
int64_t norm_pieces(int64_t rows);
/// Adds the shares up; a null `to` is left out.
void norm_parameter_gradients(const float* partial, int64_t pieces, int64_t columns, ColumnSums weight,
                              ColumnSums bias);

}  // namespace naru::cpu
