// Mixed precision (Micikevicius et al. 2018): what matrix products read is rounded to bf16 in training; weights, their
// gradients, the residual stream, norms, softmax, loss and all sums stay f32.
#pragma once

#include "naru/tensor/tensor.h"

namespace naru {

/// What `to_precision` stores x as.
DType product_precision(const Tensor& x);
/// x as the living tape stores what products read: rounded where its precision is bf16, else (and without a tape) x
/// itself. The gradient is stored as x is.
Tensor to_precision(const Tensor& x);

}  // namespace naru
