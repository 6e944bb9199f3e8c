#include "naru/ops/cpu/cell_walk.h"

#include <algorithm>
#include <array>

#include "naru/base/random.h"

namespace naru::cpu {
namespace {

Tensor workspace(int64_t rows, int64_t columns, DType dtype) {
  return Tensor({rows, columns}, dtype, Purpose::workspace);
}

/// Row i of the result is row sequences[i] of `from`; zeros if `from` is empty.
Tensor compact(const Tensor& from, std::span<const int32_t> sequences, int64_t columns, DType dtype) {
  const auto rows = static_cast<int64_t>(sequences.size());
  if (!from) return Tensor::zeros({rows, columns}, dtype, Purpose::workspace);
  NARU_CHECK(from.dtype() == dtype, "recurrent state is {}, must be {}", name(from.dtype()), name(dtype));
  Tensor to = workspace(rows, columns, dtype);
  const int64_t bytes = columns * size_of(dtype);
  for (int64_t i = 0; i < rows; ++i)
    std::copy_n(static_cast<const char*>(from.raw()) + sequences[static_cast<size_t>(i)] * bytes, bytes,
                static_cast<char*>(to.raw()) + i * bytes);
  return to;
}

/// The way back from `compact`, into a tensor of T or f32.
template <class From, class To>
void spread(const From* from, std::span<const int32_t> sequences, int64_t columns, To* to) {
  for (size_t i = 0; i < sequences.size(); ++i)
    std::transform(from + static_cast<int64_t>(i) * columns, from + static_cast<int64_t>(i + 1) * columns,
                   to + sequences[i] * columns, [](From x) { return static_cast<To>(x); });
}

template <class T>
MatrixView view(const T* data, int64_t rows, int64_t columns, int64_t stride) {
  return {.data = data, .dtype = dtype_of<T>, .rows = rows, .columns = columns, .stride = stride};
}

const float* numbers(const Tensor& bias) { return bias ? bias.data() : nullptr; }

}  // namespace

std::span<const GateRange> hidden_ranges(Cell cell) {
  static constexpr std::array rnn{GateRange{0, 0, 1, true}};
  static constexpr std::array lstm{GateRange{0, 0, 4, true}};
  static constexpr std::array gru{GateRange{0, 0, 2, true}, GateRange{3, 2, 1, false}};
  static constexpr std::array gru_2014{GateRange{0, 0, 2, true}, GateRange{2, 2, 1, true}};
  switch (cell) {
    case Cell::rnn: return rnn;
    case Cell::gru: return gru;
    case Cell::gru_2014: return gru_2014;
    case Cell::lstm: return lstm;
  }
  return {};
}

std::shared_ptr<const PackedMatrix> packed_part(const Tensor& weight, const WeightPart& part, Packing packing) {
  const auto make = [&] {
    const bool forward = packing == Packing::forward;
    const int64_t stride = weight.dim(1), first = part.first_row * stride + part.first_column;
    const MatrixView matrix{.data = static_cast<const char*>(weight.raw()) + first * size_of(weight.dtype()),
                            .dtype = weight.dtype(),
                            .rows = forward ? part.columns : part.rows,
                            .columns = forward ? part.rows : part.columns,
                            .stride = stride,
                            .transposed = forward};
    auto packed = std::make_shared<PackedMatrix>();
    pack(matrix, *packed);
    return packed;
  };
  // A weight in training changes before the next call.
  if (Tape::current() && weight.wants_gradient()) return make();
  uint64_t key = mix(static_cast<uint64_t>(packing), static_cast<uint64_t>(weight.offset()));
  for (const int64_t word : {part.first_row, part.rows, part.first_column, part.columns, product_panel()})
    key = mix(key, static_cast<uint64_t>(word));
  return weight.storage().derived<PackedMatrix>(key, make);
}

template <class T>
void CellLayer<T>::pack_forward() {
  const int64_t rows = gate_count(cell) * hidden;
  hidden_products[0] = packed_part(weights.weight_hh, {.rows = rows, .columns = hidden}, Packing::forward);
  if (input_width == 0) return;
  const WeightPart part{.rows = rows, .first_column = first_column, .columns = input_width};
  input_product = packed_part(weights.weight_ih, part, Packing::forward);
}

template <class T>
void CellLayer<T>::pack_back() {
  const std::span<const GateRange> ranges = hidden_ranges(cell);
  for (size_t i = 0; i < ranges.size(); ++i) {
    const WeightPart part{.first_row = ranges[i].row * hidden, .rows = ranges[i].size * hidden, .columns = hidden};
    hidden_products[i] = packed_part(weights.weight_hh, part, Packing::back);
  }
  if (input_width == 0) return;
  const WeightPart part{.rows = gate_count(cell) * hidden, .first_column = first_column, .columns = input_width};
  input_product = packed_part(weights.weight_ih, part, Packing::back);
}

Tensor states_before(const Offsets& offsets, bool reverse, const Tensor& outputs, const Tensor& initial) {
  Tensor before(outputs.shape(), outputs.dtype(), Purpose::workspace);
  const int64_t bytes = outputs.dim(1) * size_of(outputs.dtype());
  auto* to = static_cast<char*>(before.raw());
  const auto* from = static_cast<const char*>(outputs.raw());
  parallel_for(offsets.count(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t sequence = begin; sequence < end; ++sequence) {
      const int64_t tokens = offsets.length(sequence);
      if (tokens == 0) continue;
      const int64_t top = offsets.begin(sequence) * bytes, first = reverse ? top + (tokens - 1) * bytes : top;
      std::copy_n(from + (reverse ? top + bytes : top), (tokens - 1) * bytes, to + (reverse ? top : top + bytes));
      if (initial) {
        std::copy_n(static_cast<const char*>(initial.raw()) + sequence * bytes, bytes, to + first);
      } else {
        std::fill_n(to + first, bytes, '\0');
      }
    }
  });
  return before;
}

/// dW [rows of a range, columns] from the gradients of its slot and the operand that the product had.
template <class T>
void add_weight_gradient(const CellLayer<T>& layer, const GateRange& range, const MatrixView& operand,
                         int64_t first_column, const GradientTarget& target) {
  const int64_t hidden = layer.hidden, stride = target.tensor.dim(1);
  const MatrixView d_sums{.data = layer.gates + range.slot * hidden,
                          .dtype = dtype_of<T>,
                          .rows = range.size * hidden,
                          .columns = operand.rows,
                          .stride = layer.slots(),
                          .transposed = true};
  float* to = target.tensor.data() + range.row * hidden * stride + first_column;
  product(d_sums, operand, {.data = to, .dtype = DType::f32, .stride = stride}, {.add = target.add});
}

template <class T>
void add_hidden_gradients(const CellLayer<T>& layer, int64_t total) {
  const int64_t hidden = layer.hidden;
  const GradientTarget weight = gradient_target(layer.weights.weight_hh);
  const GradientTarget bias = layer.weights.bias_hh ? gradient_target(layer.weights.bias_hh) : GradientTarget{};
  for (const GateRange& range : hidden_ranges(layer.cell)) {
    const bool reset = layer.cell == Cell::gru_2014 && range.row > 0;  // its operand r ∘ h' is kept as the last slot
    const MatrixView operand = reset ? view(layer.gates + 3 * hidden, total, hidden, layer.slots())
                                     : view(layer.state_before, total, hidden, hidden);
    if (weight.tensor) add_weight_gradient(layer, range, operand, 0, weight);
    if (bias.tensor)
      column_sums(layer.gates + range.slot * hidden, total, layer.slots(), range.size * hidden,
                  bias.tensor.data() + range.row * hidden, bias.add);
  }
}

template <class T>
void add_input_gradients(const CellLayer<T>& layer, const MatrixView& input, int64_t first_column,
                         const GradientTarget& target) {
  if (target.tensor) add_weight_gradient(layer, input_range(layer.cell), input, first_column, target);
}

template <class T>
void add_input_bias_gradient(const CellLayer<T>& layer, int64_t total) {
  const GradientTarget bias = layer.weights.bias_ih ? gradient_target(layer.weights.bias_ih) : GradientTarget{};
  if (!bias.tensor) return;
  column_sums(layer.gates, total, layer.slots(), gate_count(layer.cell) * layer.hidden, bias.tensor.data(), bias.add);
}

template <class T>
CellWalk<T>::CellWalk(const CellLayer<T>& layer, const Lockstep& lockstep, const RecurrentState& initial)
    : layer_(layer), lockstep_(lockstep), zero_(!initial.h) {
  const int64_t count = lockstep.count(), hidden = layer.hidden;
  const std::span<const int32_t> sequences = lockstep.sequences();
  state_ = compact(initial.h, sequences, hidden, dtype_of<T>);
  if (layer.cell == Cell::lstm) carry_ = compact(initial.c, sequences, hidden, DType::f32);
  if (layer.cell == Cell::gru_2014) reset_ = workspace(count, hidden, dtype_of<T>);
  sums_ = workspace(count, layer.slots(), DType::f32);
}

template <class T>
void CellWalk<T>::add_hidden(const GateRange& range, const T* state, int64_t rows) {
  const int64_t hidden = layer_.hidden, slots = layer_.slots();
  const float* bias = numbers(layer_.weights.bias_hh);
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
    const float* bias = layer_.has_projection ? nullptr : numbers(layer_.weights.bias_ih);
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
  spread(state_.data<T>(), lockstep_.sequences(), layer_.hidden, last.h.data<T>());
  if (carry_) spread(carry_.data(), lockstep_.sequences(), layer_.hidden, last.c.data());
}

template <class T>
CellWalkBack<T>::CellWalkBack(const CellLayer<T>& layer, const Lockstep& lockstep, const RecurrentState& d_last,
                              bool wants_initial)
    : layer_(layer), lockstep_(lockstep), wants_initial_(wants_initial) {
  const int64_t count = lockstep.count(), hidden = layer.hidden;
  const std::span<const int32_t> sequences = lockstep.sequences();
  d_state_ = workspace(count, hidden, DType::f32);
  const Tensor d_h = compact(d_last.h, sequences, hidden, dtype_of<T>);
  std::transform(d_h.data<T>(), d_h.data<T>() + d_h.size(), d_state_.data(), [](T x) { return static_cast<float>(x); });
  if (layer.cell == Cell::lstm) d_carry_ = compact(d_last.c, sequences, hidden, DType::f32);
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
  if (d_initial.h) spread(d_state_.data(), lockstep_.sequences(), layer_.hidden, d_initial.h.data<T>());
  if (d_initial.c) spread(d_carry_.data(), lockstep_.sequences(), layer_.hidden, d_initial.c.data());
}

template struct CellLayer<float>;
template struct CellLayer<bf16>;
template void add_hidden_gradients(const CellLayer<float>&, int64_t);
template void add_hidden_gradients(const CellLayer<bf16>&, int64_t);
template void add_input_gradients(const CellLayer<float>&, const MatrixView&, int64_t, const GradientTarget&);
template void add_input_gradients(const CellLayer<bf16>&, const MatrixView&, int64_t, const GradientTarget&);
template void add_input_bias_gradient(const CellLayer<float>&, int64_t);
template void add_input_bias_gradient(const CellLayer<bf16>&, int64_t);
template class CellWalk<float>;
template class CellWalk<bf16>;
template class CellWalkBack<float>;
template class CellWalkBack<bf16>;

}  // namespace naru::cpu
