#include "naru/ops/cpu/cell_layer.h"

#include <algorithm>
#include <array>

#include "naru/base/profile.h"
#include "naru/base/random.h"
#include "naru/ops/cpu/lockstep.h"

namespace naru::cpu {
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

std::shared_ptr<const PackedMatrix> packed_part(const Tensor& weight, const WeightPart& part, Packing packing,
                                                DType operand) {
  const bool in_panels = lies_in_panels(weight.dtype());
  NARU_CHECK(!in_panels || packing == Packing::forward, "a {} weight {} gives no gradients", name(weight.dtype()),
             weight.shape());
  const DType dtype = in_panels ? weight.dtype() : product_dtype(weight.dtype(), operand);
  const auto make = [&] {
    const Profiled profiled("pack");
    auto packed = std::make_shared<PackedMatrix>();
    if (in_panels) {
      pack(weight.panels(), part, *packed);
      return packed;
    }
    const bool forward = packing == Packing::forward;
    const int64_t stride = weight.dim(1), first = part.first_row * stride + part.first_column;
    const MatrixView matrix{.data = static_cast<const char*>(weight.raw()) + first * size_of(weight.dtype()),
                            .dtype = weight.dtype(),
                            .rows = forward ? part.columns : part.rows,
                            .columns = forward ? part.rows : part.columns,
                            .stride = stride,
                            .transposed = forward};
    pack(matrix, dtype, *packed);
    return packed;
  };
  // A weight in training changes before the next call.
  if (packing == Packing::back || (Tape::current() && weight.wants_gradient())) return make();
  uint64_t key =
      mix(mix(static_cast<uint64_t>(packing), static_cast<uint64_t>(dtype)), static_cast<uint64_t>(weight.offset()));
  for (const int64_t word : {part.first_row, part.rows, part.first_column, part.columns, product_panel()})
    key = mix(key, static_cast<uint64_t>(word));
  return weight.storage().derived<PackedMatrix>(key, make);
}

template <class T>
void CellLayer<T>::pack_forward() {
  hidden_products[0] =
      packed_part(weights.weight_hh, {.rows = rows(), .columns = hidden}, Packing::forward, dtype_of<T>);
  if (input_width == 0) return;
  const WeightPart part{.rows = rows(), .first_column = first_column, .columns = input_width};
  input_product = packed_part(weights.weight_ih, part, Packing::forward, dtype_of<T>);
}

template <class T>
void CellLayer<T>::pack_back() {
  const std::span<const GateRange> ranges = hidden_ranges(cell);
  for (size_t i = 0; i < ranges.size(); ++i) {
    const WeightPart part{.first_row = ranges[i].row * hidden, .rows = ranges[i].size * hidden, .columns = hidden};
    hidden_products[i] = packed_part(weights.weight_hh, part, Packing::back, dtype_of<T>);
  }
  if (input_width == 0) return;
  const WeightPart part{.rows = rows(), .first_column = first_column, .columns = input_width};
  input_product = packed_part(weights.weight_ih, part, Packing::back, dtype_of<T>);
}

template <class T>
void project_inputs(const CellLayer<T>& layer, const MatrixView& x) {
  const Tensor& bias = layer.weights.bias_ih;
  const auto weight =
      packed_part(layer.weights.weight_ih, {.rows = layer.rows(), .columns = x.columns}, Packing::forward, dtype_of<T>);
  product(x, *weight, {.data = layer.gates, .dtype = dtype_of<T>, .stride = layer.slots()}, {.bias = bias.data()});
}

template <class T>
void unproject_inputs(const CellLayer<T>& layer, int64_t total, int64_t columns, const MatrixOut& d_x) {
  const auto weight =
      packed_part(layer.weights.weight_ih, {.rows = layer.rows(), .columns = columns}, Packing::back, dtype_of<T>);
  product(view(layer.gates, total, layer.rows(), layer.slots()), *weight, d_x);
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
  column_sums(layer.gates, total, layer.slots(), layer.rows(), bias.tensor.data(), bias.add);
}

template struct CellLayer<float>;
template struct CellLayer<bf16>;
template void project_inputs(const CellLayer<float>&, const MatrixView&);
template void unproject_inputs(const CellLayer<float>&, int64_t, int64_t, const MatrixOut&);
template void add_hidden_gradients(const CellLayer<float>&, int64_t);
template void add_input_gradients(const CellLayer<float>&, const MatrixView&, int64_t, const GradientTarget&);
template void add_input_bias_gradient(const CellLayer<float>&, int64_t);
template void project_inputs(const CellLayer<bf16>&, const MatrixView&);
template void unproject_inputs(const CellLayer<bf16>&, int64_t, int64_t, const MatrixOut&);
template void add_hidden_gradients(const CellLayer<bf16>&, int64_t);
template void add_input_gradients(const CellLayer<bf16>&, const MatrixView&, int64_t, const GradientTarget&);
template void add_input_bias_gradient(const CellLayer<bf16>&, int64_t);

}  // namespace naru::cpu
