#include "naru/lab/recurrent_steps.h"

#include <algorithm>
#include <cmath>

#include "naru/ops/activations.h"
#include "naru/ops/arithmetic.h"
#include "naru/ops/concat.h"
#include "naru/ops/linear.h"

namespace naru {
namespace {

/// Row t becomes row n - 1 - t.
Tensor upside_down(const Tensor& rows) {
  std::vector<Tensor> parts;
  for (int64_t row = rows.dim(0); row-- > 0;) parts.push_back(rows.rows(row, row + 1));
  return concat_rows(parts);
}

/// What one layer read and made, in the order of the tokens.
struct LayerRows {
  std::string layer, suffix;        // of the weights' names: "_l0", "_l0_reverse"
  Tensor read = {}, state = {};     // [n, in], [n, d]
  Tensor first = {}, first_c = {};  // [1, d]; empty: zeros
  bool from_end = false;
};

RecurrentWeights weights_of(const Params& params, const LayerRows& rows) {
  const auto weight = [&](const char* name) {
    return params.named().at(rows.layer.substr(0, rows.layer.find('.')) + "." + name + rows.suffix);
  };
  return {weight("weight_ih"), weight("weight_hh"), weight("bias_ih"), weight("bias_hh")};
}

/// c after each step: f ∘ c' + i ∘ g.
void add_carry(RecurrentSteps& steps, const Tensor& first_c) {
  const int64_t d = steps.state.dim(1);
  steps.carry = Tensor(steps.state.shape());
  steps.carry_before = Tensor::zeros(steps.state.shape());
  if (first_c) std::copy_n(first_c.data(), d, steps.carry_before.data());
  for (int64_t t = 0; t < steps.steps(); ++t) {
    for (int64_t k = t * d; k < (t + 1) * d; ++k)
      steps.carry.data()[k] = steps.gate("forget").data()[k] * steps.carry_before.data()[k] +
                              steps.gate("input").data()[k] * steps.candidate.data()[k];
    if (t + 1 < steps.steps()) std::copy_n(steps.carry.data() + t * d, d, steps.carry_before.data() + (t + 1) * d);
  }
}

void add_gates(RecurrentSteps& steps, const Tensor& read, const RecurrentWeights& weights) {
  const int64_t d = steps.state.dim(1);
  const Tensor from_input = linear(read, weights.weight_ih, weights.bias_ih),
               from_state = linear(steps.before, weights.weight_hh, weights.bias_hh);  // [steps, gates d]
  const auto input = [&](int64_t gate) { return slice_columns(from_input, gate * d, (gate + 1) * d); };
  const auto state = [&](int64_t gate) { return slice_columns(from_state, gate * d, (gate + 1) * d); };
  const auto opened = [&](const char* name, int64_t gate) {
    steps.gates.emplace_back(name, sigmoid(add(input(gate), state(gate))));
  };
  if (steps.cell == Cell::rnn) {
    steps.candidate = tanh(add(input(0), state(0)));
  } else if (steps.cell == Cell::lstm) {  // i f g o
    opened("input", 0);
    opened("forget", 1);
    opened("output", 3);
    steps.candidate = tanh(add(input(2), state(2)));
  } else {  // r z n
    opened("reset", 0);
    opened("update", 1);
    const Tensor& reset = steps.gates[0].second;
    const Tensor kept = steps.cell == Cell::gru
                            ? multiply(reset, state(2))
                            : linear(multiply(reset, steps.before), weights.weight_hh.rows(2 * d, 3 * d),
                                     weights.bias_hh.rows(2 * d, 3 * d));
    steps.candidate = tanh(add(input(2), kept));
  }
}

RecurrentSteps steps_of(const Params& params, Cell cell, const LayerRows& rows) {
  RecurrentSteps steps{.layer = rows.layer, .from_end = rows.from_end, .cell = cell};
  steps.state = rows.from_end ? upside_down(rows.state) : rows.state;
  steps.before = rows_before(steps.state, Offsets({static_cast<int32_t>(steps.steps())}), rows.first);
  add_gates(steps, rows.from_end ? upside_down(rows.read) : rows.read, weights_of(params, rows));
  if (cell == Cell::lstm) add_carry(steps, rows.first_c);
  const Tensor again = recombined(steps);
  float largest = 0;
  for (int64_t i = 0; i < again.size(); ++i)
    largest = std::max(largest, std::abs(again.data()[i] - steps.state.data()[i]));
  NARU_CHECK(largest < 1e-4f, "{}: the gates give a state that is {} from the model's", rows.layer, largest);
  return steps;
}

void add_encoder(const Seq2SeqConfig& config, const Params& params, const Trace& trace,
                 std::vector<RecurrentSteps>& all) {
  for (int64_t i = 0; i < config.encoder_layers; ++i) {
    LayerRows rows{.layer = fmt::format("encoder.{}", i + 1),
                   .suffix = fmt::format("_l{}", i),
                   .read = trace.find(fmt::format("encoder.{}", i)),
                   .state = trace.find(fmt::format("encoder.{}", i + 1)),
                   .from_end = config.reverse_source && !config.bidirectional};
    const Tensor both = rows.state;
    if (config.bidirectional) rows.state = slice_columns(both, 0, config.width);
    all.push_back(steps_of(params, cell_of(config.cell), rows));
    if (!config.bidirectional) continue;
    rows.state = slice_columns(both, config.width, 2 * config.width);
    rows.suffix += "_reverse";
    rows.from_end = true;
    all.push_back(steps_of(params, cell_of(config.cell), rows));
  }
}

/// A decoder that attends is one op, and only its topmost states are in a trace: those below come from the layer's own.
void add_decoder(const Seq2SeqConfig& config, const Params& params, const Trace& trace,
                 std::vector<RecurrentSteps>& all) {
  const Cell cell = cell_of(config.cell);
  Tensor read = trace.find("decoder.0");
  for (int64_t i = 0; i < config.decoder_layers; ++i) {
    LayerRows rows{.layer = fmt::format("decoder.{}", i + 1),
                   .suffix = fmt::format("_l{}", i),
                   .read = read,
                   .state = trace.find(fmt::format("decoder.{}", i + 1)),
                   .first = trace.find(fmt::format("decoder.{}.first", i + 1)),
                   .first_c = trace.find(fmt::format("decoder.{}.first_c", i + 1))};
    if (!rows.state)
      rows.state = recurrent_layer(read, Offsets({static_cast<int32_t>(read.dim(0))}), {rows.first, rows.first_c},
                                   weights_of(params, rows), {.cell = cell})
                       .outputs;
    all.push_back(steps_of(params, cell, rows));
    read = rows.state;
  }
}

}  // namespace

const Tensor& RecurrentSteps::gate(const std::string& name) const {
  const auto found = std::ranges::find(gates, name, &std::pair<std::string, Tensor>::first);
  NARU_CHECK(found != gates.end(), "{}: this cell has no gate '{}'", layer, name);
  return found->second;
}

double RecurrentSteps::length(int64_t step) const {
  double squares = 0;
  for (const float value : state.rows(step, step + 1).values()) squares += static_cast<double>(value * value);
  return std::sqrt(squares);
}

double RecurrentSteps::moved(int64_t step) const {
  double squares = 0;
  for (int64_t i = step * state.dim(1); i < (step + 1) * state.dim(1); ++i) {
    const auto apart = static_cast<double>(state.data()[i] - before.data()[i]);
    squares += apart * apart;
  }
  return std::sqrt(squares);
}

double RecurrentSteps::mean(const Tensor& gate, int64_t step) const {
  double sum = 0;
  for (const float value : gate.rows(step, step + 1).values()) sum += static_cast<double>(value);
  return sum / static_cast<double>(gate.dim(1));
}

Tensor recombined(const RecurrentSteps& steps) {
  if (steps.cell == Cell::rnn) return steps.candidate;
  if (steps.cell == Cell::lstm) return multiply(steps.gate("output"), tanh(steps.carry));
  const Tensor& update = steps.gate("update");  // h = n + z ∘ (h' - n)
  return add(steps.candidate, multiply(update, add(steps.before, scale(steps.candidate, -1))));
}

std::vector<RecurrentSteps> recurrent_steps(const ModelConfig& config, const Params& params, const Trace& trace) {
  std::vector<RecurrentSteps> all;
  if (const auto* seq2seq = std::get_if<Seq2SeqConfig>(&config)) {
    add_encoder(*seq2seq, params, trace, all);
    add_decoder(*seq2seq, params, trace, all);
  } else if (const auto* hybrid = std::get_if<HybridConfig>(&config)) {
    add_decoder(hybrid->decoder, params, trace, all);
  }
  return all;
}

}  // namespace naru
