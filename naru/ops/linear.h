// The product with a weight: y = activation(x Wᵀ + b).
#pragma once

#include "naru/ops/activations.h"
#include "naru/tensor/tensor.h"

namespace naru {

/// x [..., in], weight [out, in] (f32 or bf16: linear asks it), bias [out] f32 or empty → [..., out], stored as x is.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {}, Activation activation = Activation::none);

}  // namespace naru
