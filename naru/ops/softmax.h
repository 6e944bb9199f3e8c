// Softmax and its logarithm over the last axis.
#pragma once

#include "naru/tensor/tensor.h"

namespace naru {

/// y_i = exp(x_i) / sum_j exp(x_j) along the last axis. Entries of -inf get 0. [..., n] → [..., n]
Tensor softmax(const Tensor& x);
/// y_i = x_i - log sum_j exp(x_j) along the last axis. [..., n] → [..., n]
Tensor log_softmax(const Tensor& x);

}  // namespace naru
