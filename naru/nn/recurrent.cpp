#include "naru/nn/recurrent.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "naru/ops/embedding.h"

namespace naru {

Cell cell_of(const std::string& name) {
  if (name == "rnn") return Cell::rnn;
  if (name == "gru") return Cell::gru;
  if (name == "gru_2014") return Cell::gru_2014;
  NARU_CHECK(name == "lstm", "recurrent: unknown cell '{}'", name);
  return Cell::lstm;
}

RecurrentWeights recurrent_weights(Scope scope, const RecurrentShape& shape, const std::string& suffix) {
  const auto [cell, in, hidden, forget_bias] = shape;
  const Initializer initializer = uniform(1 / std::sqrt(static_cast<double>(hidden)));
  const auto remembering = [=](std::span<float> values, const Shape& vector, Random random) {
    initializer(values, vector, random);
    const size_t gate = values.size() / 4;  // i f g o
    for (float& value : values.subspan(gate, gate)) value += static_cast<float>(forget_bias);
  };
  const int64_t rows = gate_count(cell) * hidden;
  return {.weight_ih = scope.param("weight_ih" + suffix, {rows, in}, initializer),
          .weight_hh = scope.param("weight_hh" + suffix, {rows, hidden}, initializer),
          .bias_ih = scope.param("bias_ih" + suffix, {rows}, cell == Cell::lstm ? remembering : initializer),
          .bias_hh = scope.param("bias_hh" + suffix, {rows}, initializer)};
}

Tensor rows_of(const Tensor& state, const Tensor& rows) { return state ? gather(state, rows) : Tensor(); }

Tensor rows_before(const Tensor& rows, const Offsets& offsets, const Tensor& first) {
  const int64_t d = rows.dim(1);
  Tensor before = Tensor::zeros(rows.shape());
  for (int64_t i = 0; i < offsets.count(); ++i) {
    float* to = before.data() + offsets.begin(i) * d;
    const int64_t length = offsets.length(i);
    if (length == 0) continue;
    if (first) std::copy_n(first.data() + i * d, d, to);
    std::copy_n(rows.data() + offsets.begin(i) * d, (length - 1) * d, to + d);
  }
  return before;
}

Tensor stacked(const Tensor& a, int64_t a_count, const Tensor& b, int64_t b_count) {
  if (!a && !b) return {};
  const int64_t width = (a ? a : b).dim(1);
  Tensor both = Tensor::zeros({a_count + b_count, width});
  if (a) std::memcpy(both.data(), a.data(), static_cast<size_t>(a.bytes()));
  if (b) std::memcpy(both.data() + a_count * width, b.data(), static_cast<size_t>(b.bytes()));
  return both;
}

}  // namespace naru
