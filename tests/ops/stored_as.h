// Weights as a test stores them.
#pragma once

#include <cmath>
#include <vector>

#include "naru/ops/cpu/panel_weights.h"
#include "naru/tensor/tensor.h"

namespace naru {

inline constexpr DType quantized_dtypes[] = {DType::q8, DType::q4_32, DType::q4_64, DType::q4_128};
inline constexpr DType panel_dtypes[] = {DType::b16, DType::q8, DType::q4_32, DType::q4_64, DType::q4_128};

/// f32 weights [out, in] as another dtype, one that lies in panels too.
inline Tensor stored_as(DType dtype, const Tensor& weights) {
  if (!lies_in_panels(dtype)) return weights.to(dtype);
  const Tensor to(weights.shape(), dtype, Purpose::weights);
  cpu::round_rows(weights.data(), weights.dim(0), 0, to.panels_out());
  return to;
}

/// What is stored, as f32.
inline Tensor meant_by(const Tensor& stored) {
  const Tensor wide(stored.shape());
  for (int64_t i = 0; i < wide.dim(0); ++i)
    for (int64_t k = 0; k < wide.dim(1); ++k) wide.data()[i * wide.dim(1) + k] = stored.panels().value(i, k);
  return wide;
}

}  // namespace naru
