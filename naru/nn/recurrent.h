#pragma once

#include <string>

#include "naru/nn/params.h"
#include "naru/ops/recurrent.h"

namespace naru {

Cell cell_of(const std::string& name);

struct RecurrentShape {
  Cell cell;
  int64_t in, hidden;
  double forget_bias = 0;
};

/// One recurrent layer's weights, under PyTorch's names: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, and the
/// same with `_reverse`. Initialised uniformly in ±1/√hidden, as PyTorch does. `forget_bias` is added to an LSTM's
/// forget gate (Jozefowicz et al. 2015), lest it halve the memory at each step before it has learnt anything.
RecurrentWeights recurrent_weights(Scope scope, const RecurrentShape& shape, const std::string& suffix);

/// Rows of a state, one for each sequence; the empty tensor stands for zeros and stays.
Tensor rows_of(const Tensor& state, const Tensor& rows);
/// Of each token the row of the token before it in its sequence; of a sequence's first token the row of `first`, or
/// zeros where that is empty. rows [total, d], first [count, d] → [total, d]. For f32 off the tape.
Tensor rows_before(const Tensor& rows, const Offsets& offsets, const Tensor& first);
/// The rows of a (or `a_count` of zeros) and then those of b. For f32 off the tape.
Tensor stacked(const Tensor& a, int64_t a_count, const Tensor& b, int64_t b_count);

}  // namespace naru
