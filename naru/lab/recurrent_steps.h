// A recurrent layer step by step, in the numbers of a trace: what `naru explain` shows. The equations of the cells are
// those of naru/ops/recurrent.h; gates come from the layer's weights by name and the rows that the model itself
// computed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "naru/models/registry.h"
#include "naru/nn/recurrent.h"

namespace naru {

/// One layer and direction; row t of every tensor is step t, in the order of reading.
struct RecurrentSteps {
  std::string layer;      // "encoder.1", "decoder.1": after which the trace's rows are called
  bool from_end = false;  // it read the last token first
  Cell cell = Cell::lstm;
  Tensor before = {}, state = {};  // [steps, d]: h before and after
  std::vector<std::pair<std::string, Tensor>> gates =
      {};                                // [steps, d] each: reset, update; input, forget, output; none
  Tensor candidate = {};                 // [steps, d]: what the gates let in; of an rnn the new state itself
  Tensor carry_before = {}, carry = {};  // [steps, d]: c before and after; lstm only

  int64_t steps() const { return state.dim(0); }
  const Tensor& gate(const std::string& name) const;
  /// |h| after a step, and |h - h'|: how far it moved.
  double length(int64_t step) const;
  double moved(int64_t step) const;
  /// Over a gate's numbers at a step.
  double mean(const Tensor& gate, int64_t step) const;
  /// The number of the token that step t read.
  int64_t token(int64_t step) const { return from_end ? steps() - 1 - step : step; }
};

/// Every recurrent layer of the model, the encoder's first; of a Transformer none. `trace` of one sentence by
/// Translator::trace, `params` as f32. Checks that the gates give the states that the model computed.
std::vector<RecurrentSteps> recurrent_steps(const ModelConfig& config, const Params& params, const Trace& trace);

/// h after each step from gates, candidate and what was before, by the cell's equation. [steps, d]
Tensor recombined(const RecurrentSteps& steps);

}  // namespace naru
