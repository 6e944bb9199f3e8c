#include "naru/ops/cpu/cell_walk.h"

#include <algorithm>

namespace naru::cpu {
template <class T>
CellWalk<T>::CellWalk(const CellLayer<T>& layer, const Lockstep& lockstep, const RecurrentState& initial)
    : layer_(layer), lockstep_(lockstep), zero_(!initial.h) {
  const int64_t count = lockstep.count(), hidden = layer.hidden;
  const std::span<const int32_t> sequences = lockstep.sequences();
  state_ = gather_rows(initial.h, sequences, hidden, dtype_of<T>);
  if (layer.cell == Cell::lstm) carry_ = gather_rows(initial.c, sequences, hidden, DType::f32);
  if (layer.cell == Cell::gru_2014) reset_ = workspace(count, hidden, dtype_of<T>);
  sums_ = workspace(count, layer.slots(), DType::f32);
}

template <class T>
void CellWalk<T>::add_hidden(const GateRange& range, const T* state, int64_t rows) {
  const int64_t hidden = layer_.hidden, slots = layer_.slots();
  const float* bias = layer_.weights.bias_hh.data();
  // The columns of the product are the weight's rows: C begins where column 0 would lie.
  float* sums = sums_.data() + range.slot * hidden;
  const ColumnRange columns{range.row * hidden, (range.row + range.size) * hidden};
  if (zero_ && layer_.input_width == 0) {  // nothing but the bias
    for (int64_t i = 0; i < rows; ++i, sums += slots) {
      if (bias) {
        std::copy(bias + columns.first, bias + columns.last, sums);
      } else {
        std::fill_n(sums, range.size * hidden, 0.0f);
      }
    }
    return;
  }
  const bool add = range.with_input && layer_.input_width > 0;
  step_product(view(state, rows, hidden, hidden), *layer_.hidden_products[0],
               {.data = sums - columns.first, .dtype = DType::f32, .stride = slots}, columns,
               {.bias = bias, .add = add}, lockstep_.alone());
}

template <class T>
void CellWalk<T>::step(std::span<const int32_t> tokens, const T* input) {
  const auto rows = static_cast<int64_t>(tokens.size());
  const int64_t width = layer_.input_width;
  if (width > 0) {
    const float* bias = layer_.has_projection ? nullptr : layer_.weights.bias_ih.data();
    step_product(view(input, rows, width, width), *layer_.input_product,
                 {.data = sums_.data(), .dtype = DType::f32, .stride = layer_.slots()},
                 {0, layer_.input_product->columns()}, {.bias = bias}, lockstep_.alone());
  }
  const CellStep<T> cell_step{.rows = rows,
                              .hidden = layer_.hidden,
                              .tokens = tokens.data(),
                              .sums = sums_.data(),
                              .has_input = width > 0,
                              .has_projection = layer_.has_projection,
                              .keep = layer_.keep,
                              .gates = layer_.gates,
                              .carry_before = layer_.carry_before,
                              .state = state_.data<T>(),
                              .carry = carry_.data(),
                              .outputs = layer_.outputs};
  const T* operand = state_.data<T>();
  for (const GateRange& range : hidden_ranges(layer_.cell)) {
    add_hidden(range, operand, rows);
    if (layer_.cell != Cell::gru_2014 || range.row > 0) continue;
    cell_reset(cell_step, reset_.data<T>());
    operand = reset_.data<T>();
  }
  cell_forward(layer_.cell, cell_step);
  zero_ = false;
}

template <class T>
void CellWalk<T>::finish(const RecurrentState& last) const {
  scatter_rows(state_.data<T>(), lockstep_.sequences(), layer_.hidden, last.h.data<T>());
  if (carry_) scatter_rows(carry_.data(), lockstep_.sequences(), layer_.hidden, last.c.data());
}

template <class T>
CellWalkBack<T>::CellWalkBack(const CellLayer<T>& layer, const Lockstep& lockstep, const RecurrentState& d_last,
                              bool wants_initial)
    : layer_(layer), lockstep_(lockstep), wants_initial_(wants_initial) {
  const int64_t count = lockstep.count(), hidden = layer.hidden;
  const std::span<const int32_t> sequences = lockstep.sequences();
  d_state_ = workspace(count, hidden, DType::f32);
  const Tensor d_h = gather_rows(d_last.h, sequences, hidden, dtype_of<T>);
  std::transform(d_h.data<T>(), d_h.data<T>() + d_h.size(), d_state_.data(), [](T x) { return static_cast<float>(x); });
  if (layer.cell == Cell::lstm) d_carry_ = gather_rows(d_last.c, sequences, hidden, DType::f32);
  if (layer.cell == Cell::gru_2014) d_reset_ = workspace(count, hidden, DType::f32);
  d_sums_ = workspace(count, layer.slots(), dtype_of<T>);
}

template <class T>
void CellWalkBack<T>::add_product(const GateRange& range, const PackedMatrix& weight, int64_t rows, const MatrixOut& to,
                                  bool add) {
  const MatrixView d_sums =
      view(d_sums_.data<T>() + range.slot * layer_.hidden, rows, range.size * layer_.hidden, layer_.slots());
  step_product(d_sums, weight, to, {0, weight.columns()}, {.add = add}, lockstep_.alone());
}

template <class T>
void CellWalkBack<T>::step(int64_t time, std::span<const int32_t> tokens, const T* d_outputs, float* d_input) {
  const auto rows = static_cast<int64_t>(tokens.size());
  const int64_t hidden = layer_.hidden;
  const CellBackStep<T> cell_step{.rows = rows,
                                  .hidden = hidden,
                                  .tokens = tokens.data(),
                                  .d_outputs = d_outputs,
                                  .gates = layer_.gates,
                                  .carry_before = layer_.carry_before,
                                  .state_before = layer_.state_before,
                                  .d_state = d_state_.data(),
                                  .d_carry = d_carry_.data(),
                                  .d_sums = d_sums_.data<T>()};
  cell_backward(layer_.cell, cell_step);
  const std::span<const GateRange> ranges = hidden_ranges(layer_.cell);
  const MatrixOut d_state{.data = d_state_.data(), .dtype = DType::f32, .stride = hidden};
  if (layer_.cell == Cell::gru_2014) {
    add_product(ranges[1], *layer_.hidden_products[1], rows,
                {.data = d_reset_.data(), .dtype = DType::f32, .stride = hidden}, false);
    cell_reset_backward(cell_step, d_reset_.data());
  }
  if (time > 0 || wants_initial_) {
    const bool passes_on = layer_.cell == Cell::gru || layer_.cell == Cell::gru_2014;  // z ∘ dh lies there already
    add_product(ranges[0], *layer_.hidden_products[0], rows, d_state, passes_on);
    if (layer_.cell == Cell::gru) add_product(ranges[1], *layer_.hidden_products[1], rows, d_state, true);
  }
  if (d_input) {
    const MatrixOut to{.data = d_input, .dtype = DType::f32, .stride = layer_.input_width};
    add_product(input_range(layer_.cell), *layer_.input_product, rows, to, false);
  }
}

template <class T>
void CellWalkBack<T>::finish(const RecurrentState& d_initial) const {
  if (d_initial.h) scatter_rows(d_state_.data(), lockstep_.sequences(), layer_.hidden, d_initial.h.data<T>());
  if (d_initial.c) scatter_rows(d_carry_.data(), lockstep_.sequences(), layer_.hidden, d_initial.c.data());
}

template class CellWalk<float>;
template class CellWalk<bf16>;
template class CellWalkBack<float>;
template class CellWalkBack<bf16>;

}  // namespace naru::cpu
