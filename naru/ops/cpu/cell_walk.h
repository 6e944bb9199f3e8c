// A recurrent layer walking through time in lockstep: products, then the cell's own arithmetic (recurrent_cell.h). Both
// the recurrent layer and the attention decoder are made of these.
#pragma once

#include <cstdint>
#include <span>

#include "naru/ops/cpu/cell_layer.h"
#include "naru/ops/cpu/lockstep.h"

namespace naru::cpu {

/// A group's way forward.
template <class T>
class CellWalk {
 public:
  CellWalk(const CellLayer<T>& layer, const Lockstep& lockstep, const RecurrentState& initial);
  /// One step for the sequences alive; `input` [rows, input_width] compact, if the layer has one.
  void step(std::span<const int32_t> tokens, const T* input);
  /// [count, hidden] compact: h after the last step.
  T* state() { return state_.data<T>(); }
  void finish(const RecurrentState& last) const;

 private:
  void add_hidden(const GateRange& range, const T* state, int64_t rows);

  const CellLayer<T>& layer_;
  const Lockstep& lockstep_;
  Tensor state_, carry_, sums_, reset_;  // [count, …]
  bool zero_ = false;                    // the state is still all zeros
};

/// A group's way back. Initial states whose gradient nobody wants cost nothing.
template <class T>
class CellWalkBack {
 public:
  CellWalkBack(const CellLayer<T>& layer, const Lockstep& lockstep, const RecurrentState& d_last, bool wants_initial);
  /// One step back. `d_outputs` [total, hidden] or null. Gives the gradient of the input [rows, input_width] (compact)
  /// if `d_input` is not null.
  void step(int64_t time, std::span<const int32_t> tokens, const T* d_outputs, float* d_input);
  /// [count, hidden] compact: gradient of h before the step just made; what is added before a step counts as dh.
  float* d_state() { return d_state_.data(); }
  void finish(const RecurrentState& d_initial) const;

 private:
  void add_product(const GateRange& range, const PackedMatrix& weight, int64_t rows, const MatrixOut& to, bool add);

  const CellLayer<T>& layer_;
  const Lockstep& lockstep_;
  Tensor d_state_, d_carry_, d_sums_, d_reset_;  // [count, …]
  bool wants_initial_;
};

}  // namespace naru::cpu
