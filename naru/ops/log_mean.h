// The mean of distributions that are given by their logarithms.
#pragma once

#include <span>

#include "naru/tensor/tensor.h"

namespace naru {

/// y = log(1/n · sum over k of exp(x_k)), number by number, in f32: n ≥ 1 tensors of one shape → that shape. -inf is
/// probability 0; where all are, y is the lowest finite number. Gives no gradients.
Tensor log_mean(std::span<const Tensor> x);

}  // namespace naru
