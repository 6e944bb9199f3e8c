// Kept for the way back: what recurrent layers keep (recurrent.cpp), contexts, attentional vectors, and the attention
// weights. Queries and tanh(q + k) are computed again.
#include "naru/ops/attention_decoder.h"

#include "naru/base/profile.h"
#include "naru/ops/cpu/attention_decoder.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

void check_memory(const Ragged& targets, const AttentionMemory& memory) {
  NARU_CHECK(targets.values.rank() == 2 && targets.values.dim(0) == targets.total(),
             "attention_decoder: y is {} for {} tokens", targets.values.shape(), targets.total());
  NARU_CHECK(memory.values.dim(0) == memory.offsets.total() && memory.keys.dim(0) == memory.offsets.total(),
             "attention_decoder: values are {}, keys {}, for {} source tokens", memory.values.shape(),
             memory.keys.shape(), memory.offsets.total());
  NARU_CHECK(memory.values.dtype() == targets.values.dtype() && memory.keys.dtype() == targets.values.dtype(),
             "attention_decoder: y is {}, values {}, keys {}", name(targets.values.dtype()),
             name(memory.values.dtype()), name(memory.keys.dtype()));
  const bool each_its_own = memory.of.empty();
  NARU_CHECK(each_its_own ? memory.offsets.count() == targets.count()
                          : static_cast<int64_t>(memory.of.size()) == targets.count(),
             "attention_decoder: {} sequences look at {} sources", targets.count(),
             each_its_own ? memory.offsets.count() : static_cast<int64_t>(memory.of.size()));
  for (const int32_t source : memory.of)
    NARU_CHECK(source >= 0 && source < memory.offsets.count(), "attention_decoder: source {} of {}", source,
               memory.offsets.count());
}

void check_weights(const Ragged& targets, const AttentionMemory& memory, const AttentionDecoderWeights& weights,
                   const AttentionDecoderOptions& options) {
  NARU_CHECK(!weights.cells.empty(), "attention_decoder: no cells");
  const int64_t hidden = weights.cells[0].weight_hh.dim(1), rows = gate_count(options.cell) * hidden;
  const int64_t values = memory.values.dim(1), width = memory.keys.dim(1);
  const bool luong = options.order == AttentionOrder::luong;
  NARU_CHECK(luong == static_cast<bool>(weights.combine),
             "attention_decoder: the combining weight belongs to Luong's order, and to no other");
  NARU_CHECK(!luong || weights.combine.dim(1) == values + hidden,
             "attention_decoder: combine is {}, must have {} columns", weights.combine.shape(), values + hidden);
  const int64_t fed = !luong ? values : options.input_feeding ? weights.combine.dim(0) : 0;
  for (size_t i = 0; i < weights.cells.size(); ++i) {
    const RecurrentWeights& cell = weights.cells[i];
    const int64_t in = i == 0 ? targets.values.dim(1) + fed : hidden;
    NARU_CHECK(cell.weight_ih.shape() == (Shape{rows, in}) && cell.weight_hh.shape() == (Shape{rows, hidden}),
               "attention_decoder: cell {} has weight_ih {} and weight_hh {}, must be [{}, {}] and [{}, {}]", i,
               cell.weight_ih.shape(), cell.weight_hh.shape(), rows, in, rows, hidden);
  }
  const Shape query{width, hidden};
  NARU_CHECK(weights.query ? weights.query.shape() == query : width == hidden,
             "attention_decoder: keys are {} wide; the query's weight must be {} (or empty if the widths are equal)",
             width, query);
  NARU_CHECK(!weights.score || weights.score.size() == width, "attention_decoder: score is {} for keys of width {}",
             weights.score.shape(), width);
}

/// All tensors that may want a gradient, in the order in which `gradients_of` gives theirs.
std::vector<Tensor> inputs_of(const cpu::DecoderRun& run) {
  std::vector<Tensor> inputs{run.y, run.memory.values, run.memory.keys, run.initial.attentional};
  for (size_t i = 0; i < run.weights.cells.size(); ++i) {
    const RecurrentState initial = run.initial_of(i);
    inputs.insert(inputs.end(), {initial.h, initial.c});
  }
  for (const RecurrentWeights& cell : run.weights.cells)
    inputs.insert(inputs.end(), {cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh});
  inputs.insert(inputs.end(), {run.weights.query, run.weights.score, run.weights.combine, run.weights.combine_bias});
  return inputs;
}

/// What the run leaves behind and what it fills.
void allocate(cpu::DecoderRun& run) {
  const int64_t total = run.targets.total(), hidden = run.hidden();
  const DType dtype = run.y.dtype();
  for (size_t i = 0; i < run.weights.cells.size(); ++i) {
    run.outputs.push_back(Tensor({total, hidden}, dtype));
    const bool gates = run.keep || i == 0;
    run.gates.push_back(gates ? Tensor({total, cpu::slot_count(run.options.cell) * hidden}, dtype) : Tensor());
    const bool carry = run.keep && run.options.cell == Cell::lstm;
    run.carry_before.push_back(carry ? Tensor({total, hidden}) : Tensor());
  }
  run.contexts = Tensor({total, run.value_width()}, dtype);
  if (run.luong()) run.attentional = Tensor({total, run.weights.combine.dim(0)}, dtype);
  if (!run.keep && !run.options.weights) return;
  int64_t size = 0;
  for (int64_t i = 0; i < run.targets.count(); ++i) {
    run.attention_begins.push_back(size);
    size += run.targets.length(i) * run.memory.offsets.length(run.source_of(i));
  }
  run.attention = Tensor({size});
}

AttentionDecoderState last_state(const cpu::DecoderRun& run) {
  const int64_t count = run.targets.count();
  AttentionDecoderState last;
  for (size_t i = 0; i < run.weights.cells.size(); ++i) {
    last.cells.push_back({Tensor({count, run.hidden()}, run.y.dtype()), {}});
    if (run.options.cell == Cell::lstm) last.cells.back().c = Tensor({count, run.hidden()});
  }
  if (run.luong()) last.attentional = Tensor({count, run.attentional.dim(1)}, run.y.dtype());
  return last;
}

Tensor like_if_wanted(const Tensor& input) { return input && input.wants_gradient() ? Tensor::like(input) : Tensor(); }
Tensor zeros_if_wanted(const Tensor& input) { return input.wants_gradient() ? Tensor::zeros(input.shape()) : Tensor(); }

/// As the input is stored; the empty tensor stays empty.
Tensor stored_like(const Tensor& gradient, const Tensor& input) {
  return !gradient || gradient.dtype() == input.dtype() ? gradient : gradient.to(input.dtype());
}

Gradients backward(const cpu::DecoderRun& run, const cpu::DecoderArrived& arrived) {
  cpu::DecoderGradients to{like_if_wanted(run.y),
                           zeros_if_wanted(run.memory.values),
                           zeros_if_wanted(run.memory.keys),
                           {{}, like_if_wanted(run.initial.attentional)}};
  for (size_t i = 0; i < run.weights.cells.size(); ++i) {
    const RecurrentState initial = run.initial_of(i);
    to.initial.cells.push_back({like_if_wanted(initial.h), like_if_wanted(initial.c)});
  }
  NARU_DISPATCH(run.y, decoder_backward<T>, run, arrived, to);
  Gradients gradients{to.y, stored_like(to.values, run.memory.values), stored_like(to.keys, run.memory.keys),
                      to.initial.attentional};
  for (const RecurrentState& d_initial : to.initial.cells)
    gradients.insert(gradients.end(), {d_initial.h, d_initial.c});
  gradients.resize(inputs_of(run).size());  // those of the weights are added in place
  return gradients;
}

/// The outputs as one list, for the tape, and back: `visit` sees each tensor that there is.
template <class Result, class Visit>
void each_output(const cpu::DecoderRun& run, Result& result, const Visit& visit) {
  visit(result.states);
  visit(result.contexts);
  visit(run.luong() ? result.attentional : result.before);
  for (RecurrentState& state : result.last.cells) {
    visit(state.h);
    if (run.options.cell == Cell::lstm) visit(state.c);
  }
  if (run.luong()) visit(result.last.attentional);
}

}  // namespace

AttentionDecoderResult attention_decoder(const Ragged& targets, const AttentionMemory& memory,
                                         const AttentionDecoderState& initial, const AttentionDecoderWeights& weights,
                                         const AttentionDecoderOptions& options) {
  const Profiled profiled("attention_decoder");
  check_memory(targets, memory);
  check_weights(targets, memory, weights, options);
  cpu::DecoderRun run;
  run.options = options, run.targets = targets.offsets, run.y = targets.values;
  run.memory = memory, run.initial = initial, run.weights = weights;
  const std::vector<Tensor> inputs = inputs_of(run);
  run.keep = std::ranges::any_of(inputs, [](const Tensor& input) { return recording({&input}); });
  NARU_CHECK(!run.keep || memory.of.empty(), "attention_decoder: on a tape each sequence has a source of its own");
  for (size_t i = 1; i < weights.cells.size(); ++i)
    run.drops.emplace_back("attention_decoder", targets.values, DropoutSpec{options.dropout, targets.offsets});
  allocate(run);

  AttentionDecoderResult result;
  result.last = last_state(run);
  NARU_DISPATCH(run.y, decoder_forward<T>, run, result.last);
  result.states = run.outputs.back();
  result.contexts = run.contexts;
  result.attentional = run.attentional;
  if (!run.luong())
    run.before = cpu::states_before(run.targets, false, result.states, run.initial_of(run.outputs.size() - 1).h);
  result.before = run.before;
  if (options.weights) result.weights = run.attention;

  std::vector<Tensor> outputs;
  each_output(run, result, [&](const Tensor& output) { outputs.push_back(output); });
  outputs = record("attention_decoder", outputs, inputs, [run](const Gradients& gradients) -> Gradients {
    cpu::DecoderArrived arrived;
    arrived.last.cells.resize(run.weights.cells.size());
    size_t next = 0;
    each_output(run, arrived, [&](Tensor& gradient) { gradient = gradients[next++]; });
    return backward(run, arrived);
  });
  size_t next = 0;
  each_output(run, result, [&](Tensor& output) { output = outputs[next++]; });
  return result;
}

}  // namespace naru
