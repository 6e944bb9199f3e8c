// Layer norm (Ba, Kiros and Hinton 2016): alone, and as one op with the residual sum before it.
#pragma once

#include <optional>

#include "naru/ops/dropout.h"
#include "naru/tensor/tensor.h"

namespace naru {

/// y = (x - mean x) / sqrt(var x + epsilon) · weight + bias over the last axis. x [..., d]; weight, bias [d] f32. y is
/// stored as x is, or f32 numbers as bf16 where `stored` asks for it.
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, float epsilon,
                  std::optional<DType> stored = {});
/// layer_norm(x + dropout(branch)): the post-norm block's end. x, branch [total, d].
Tensor residual_norm(const Tensor& x, const Tensor& branch, const Tensor& weight, const Tensor& bias, float epsilon,
                     const DropoutSpec& spec = {});

}  // namespace naru
