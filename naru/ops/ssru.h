// The simpler simple recurrent unit (Kim et al. 2019, "From Research to Production and Back: Ludicrously Fast Neural
// Machine Translation"): no product with the state before, so that all of them are made for all tokens at once.
//
//   f_t = σ(W_f x_t + b_f),   c_t = f_t ∘ c_{t-1} + (1 - f_t) ∘ (W x_t),   o_t = ReLU(c_t)
#pragma once

#include "naru/tensor/ragged.h"
#include "naru/tensor/tensor.h"

namespace naru {

struct SsruResult {
  Tensor outputs;  // [total, width]: o after each token
  Tensor last;     // [count, width] f32: c after the last token; of a sequence without tokens, the initial one
};

/// projected [total, 2 width]: W x beside W_f x. forget_bias [width] f32. initial [count, width] f32, or empty for
/// zeros. A sequence in pieces, each started with the `last` of the piece before, gives the same bits as at once.
SsruResult ssru(const Tensor& projected, const Tensor& forget_bias, const Offsets& offsets, const Tensor& initial);

}  // namespace naru
