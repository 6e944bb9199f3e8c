// Stacks of torch.nn.RNN, GRU and LSTM layers, in one direction or two.
#include "naru/lab/torch/case_tensors.h"
#include "naru/ops/concat.h"
#include "naru/ops/recurrent.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

Offsets lengths_of(const Tensor& lengths) {
  const auto values = lengths.values<int64_t>();
  return Offsets(std::vector<int32_t>(values.begin(), values.end()));
}

Cell cell_of(const Tensor& weight_hh) {  // [gates · hidden, hidden]
  for (const Cell cell : {Cell::rnn, Cell::gru, Cell::lstm})
    if (gate_count(cell) * weight_hh.dim(1) == weight_hh.dim(0)) return cell;
  fail("'w.weight_hh_l0' is {}: of neither RNN, GRU nor LSTM", weight_hh.shape());
}

struct Stack {
  Tensor outputs;                             // [total, directions · hidden]
  std::vector<RecurrentState> initial, last;  // of each layer and direction
};

Stack run(CaseTensors& tensors, const Tensor& x, const Offsets& offsets, Cell cell) {
  const int64_t directions = tensors.has("w.weight_ih_l0_reverse") ? 2 : 1;
  const int64_t layers = tensors["in.h0"].dim(0) / directions;
  Stack stack{x, {}, {}};
  for (int64_t layer = 0; layer < layers; ++layer) {
    std::vector<Tensor> outputs;
    for (int64_t direction = 0; direction < directions; ++direction) {
      const std::string suffix = fmt::format("_l{}{}", layer, direction == 1 ? "_reverse" : "");
      const auto weight = [&](const char* name) { return tensors.variable(name + suffix); };
      const int64_t slice = layer * directions + direction;
      RecurrentState initial{part(tensors["in.h0"], slice), {}};
      want_gradient(initial.h);
      if (cell == Cell::lstm) want_gradient(initial.c = part(tensors["in.c0"], slice));
      const auto result =
          recurrent_layer(stack.outputs, offsets, initial,
                          {weight("w.weight_ih"), weight("w.weight_hh"), weight("w.bias_ih"), weight("w.bias_hh")},
                          {cell, direction == 1});
      outputs.push_back(result.outputs);
      stack.initial.push_back(initial);
      stack.last.push_back(result.last);
    }
    stack.outputs = directions == 2 ? concat_columns(outputs) : outputs[0];
  }
  return stack;
}

/// One number after the other, as torch stores them: [layers · directions, batch, hidden].
template <class Pick>
Tensor stacked(const std::vector<RecurrentState>& states, const Pick& pick) {
  std::vector<Tensor> parts;
  for (const RecurrentState& state : states) parts.push_back(pick(state));
  return concat_rows(parts);
}

}  // namespace

void compute_recurrent_layers(CaseTensors& tensors) {
  const Offsets offsets = lengths_of(tensors["in.lengths"]);
  const Tensor padded = tensors["in.x"];
  const Cell cell = cell_of(tensors["w.weight_hh_l0"]);
  Tensor x = without_padding(padded, offsets);
  want_gradient(x);
  Tape tape;
  const Stack stack = run(tensors, x, offsets, cell);
  std::vector<Tensor> results{stack.outputs};
  Gradients gradients{without_padding(tensors["in.c_output"], offsets)};
  for (size_t i = 0; i < stack.last.size(); ++i) {
    const auto slice = static_cast<int64_t>(i);
    results.push_back(stack.last[i].h);
    gradients.push_back(part(tensors["in.c_hn"], slice));
    if (cell != Cell::lstm) continue;
    results.push_back(stack.last[i].c);
    gradients.push_back(part(tensors["in.c_cn"], slice));
  }
  const auto h = [](const RecurrentState& state) { return state.h; };
  const auto c = [](const RecurrentState& state) { return state.c; };
  tensors.compare("out.output", with_padding(stack.outputs, offsets, padded.dim(1)));
  tensors.compare("out.hn", stacked(stack.last, h));
  if (cell == Cell::lstm) tensors.compare("out.cn", stacked(stack.last, c));
  tape.backward(results, gradients);
  tensors.compare("grad.in.x", with_padding(gradient_of(x), offsets, padded.dim(1)));
  tensors.compare("grad.in.h0", stacked(stack.initial, [&](const auto& state) { return gradient_of(h(state)); }));
  if (cell == Cell::lstm)
    tensors.compare("grad.in.c0", stacked(stack.initial, [&](const auto& state) { return gradient_of(c(state)); }));
  tensors.compare_gradients();
}

}  // namespace naru
