// The product with a weight: y = dropout(activation(x Wᵀ + b)).
#pragma once

#include "naru/ops/activations.h"
#include "naru/ops/dropout.h"
#include "naru/tensor/tensor.h"

namespace naru {

/// What becomes of the sums x Wᵀ + b before they are handed on.
struct LinearOutput {
  Activation activation = Activation::none;
  DropoutSpec dropout = {};
};

/// x [..., in], weight [out, in] (f32, bf16 or, without gradients, in panels: linear asks it), bias [out] f32 or empty
/// →
/// [..., out], stored as x is. With dropout x is [total, in].
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {}, const LinearOutput& output = {});

}  // namespace naru
