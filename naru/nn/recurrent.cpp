#include "naru/nn/recurrent.h"

#include <cmath>

namespace naru {

Cell cell_of(const std::string& name) {
  if (name == "rnn") return Cell::rnn;
  if (name == "gru") return Cell::gru;
  if (name == "gru_2014") return Cell::gru_2014;
  NARU_CHECK(name == "lstm", "recurrent: unknown cell '{}'", name);
  return Cell::lstm;
}

RecurrentWeights recurrent_weights(Scope scope, Cell cell, int64_t in, int64_t hidden, const std::string& suffix) {
  const Initializer initializer = uniform(1 / std::sqrt(static_cast<double>(hidden)));
  const int64_t rows = gate_count(cell) * hidden;
  return {.weight_ih = scope.param("weight_ih" + suffix, {rows, in}, initializer),
          .weight_hh = scope.param("weight_hh" + suffix, {rows, hidden}, initializer),
          .bias_ih = scope.param("bias_ih" + suffix, {rows}, initializer),
          .bias_hh = scope.param("bias_hh" + suffix, {rows}, initializer)};
}

}  // namespace naru
