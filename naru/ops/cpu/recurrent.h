// The loops of recurrent_layer: projection of all inputs at once, the walk through time, and the way back.
#pragma once

#include "naru/ops/recurrent.h"
#include "naru/tensor/tape.h"

namespace naru::cpu {

/// A call of recurrent_layer, and what it leaves for the way back. T is the storage of x, states and gates.
struct RecurrentRun {
  RecurrentOptions options;
  Offsets offsets;
  RecurrentWeights weights;
  Tensor x;                // [total, in]
  RecurrentState initial;  // [count, hidden] each, or empty
  Tensor outputs;          // [total, hidden]
  Tensor gates;            // [total, slots·hidden]; the projections at first
  Tensor carry_before;     // [total, hidden] f32; lstm on a tape only

  int64_t hidden() const { return weights.weight_hh.dim(1); }
};

/// Fills outputs, gates, carry_before and `last`.
template <class T>
void recurrent_forward(const RecurrentRun& run, const RecurrentState& last, bool keep);

struct RecurrentGradients {
  Tensor outputs;       // [total, hidden], or empty
  RecurrentState last;  // or empty
};
/// Adds to the gradients of the weights; gives those of x and the initial state, as far as they are asked for by
/// tensors to write to.
template <class T>
void recurrent_backward(const RecurrentRun& run, const RecurrentGradients& arrived, const Tensor& d_x,
                        const RecurrentState& d_initial);

}  // namespace naru::cpu
