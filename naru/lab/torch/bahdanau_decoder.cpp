// Steps of the decoder of Bahdanau et al. 2014 (appendix A): additive attention, the GRU of 2014, maxout readout.
#include <algorithm>

#include "naru/lab/torch/case_tensors.h"
#include "naru/ops/arithmetic.h"
#include "naru/ops/attention_decoder.h"
#include "naru/ops/concat.h"
#include "naru/ops/linear.h"
#include "naru/ops/maxout.h"
#include "naru/ops/output_loss.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

/// Rows [count · steps, d], sentence by sentence → those of one step, [count, d].
Tensor step_of(const Tensor& rows, int64_t step, int64_t steps) {
  return part(swap_axes(rows.detached().reshaped({rows.dim(0) / steps, steps, rows.dim(1)})), step);
}

/// The weights of each sequence [tokens, source tokens] → [count · steps, longest], zeros behind the last.
Tensor padded_weights(const Tensor& weights, const Offsets& sources, int64_t steps, int64_t longest) {
  Tensor padded = Tensor::zeros({sources.count() * steps, longest});
  const float* from = weights.data();
  for (int64_t i = 0; i < padded.dim(0); ++i) {
    const int64_t length = sources.length(i / steps);
    std::copy_n(from, length, padded.data() + i * longest);
    from += length;
  }
  return padded;
}

/// The gates of naru's cell, one below the other. The paper's z weighs the new candidate, naru's the old state:
/// negated.
Tensor gates(CaseTensors& tensors, const std::string& name) {
  const auto w = [&](const std::string& suffix) { return tensors.variable("w." + name + suffix); };
  return concat_rows({w("r"), scale(w("z"), -1), w("")});
}

}  // namespace

void compute_bahdanau_decoder(CaseTensors& tensors) {
  const Tensor mask = tensors["in.mask"], y_steps = tensors["in.y"];
  const int64_t steps = y_steps.dim(0), count = y_steps.dim(1), longest = mask.dim(1);
  const Offsets sources = tokens_of(mask, 1), targets = equal_lengths(count, steps);
  const auto w = [&](const char* name) { return tensors.variable(std::string("w.") + name); };
  Tensor h = without_padding(tensors["in.h"], sources), y = flat(swap_axes(y_steps));
  want_gradient(h), want_gradient(y);
  const Tensor s0 = tensors.variable("in.s0");

  Tape tape;
  const RecurrentWeights cell{concat_columns({gates(tensors, "W"), gates(tensors, "C")}), gates(tensors, "U"), {}, {}};
  const auto decoded = attention_decoder({y, targets}, {h, linear(h, w("Ua")), sources, {}}, {{{s0, {}}}, {}},
                                         {{cell}, w("Wa"), w("va"), {}, {}},
                                         {.cell = Cell::gru_2014, .order = AttentionOrder::bahdanau, .weights = true});
  const Tensor t =
      maxout(add(add(linear(decoded.before, w("Uo")), linear(y, w("Vo"))), linear(decoded.contexts, w("Co"))));
  const Tensor logits = linear(t, w("Wo"));
  const Tensor alpha = padded_weights(decoded.weights, sources, steps, longest);
  for (int64_t step = 0; step < steps; ++step)
    for (const auto& [name, rows] : {std::pair<const char*, Tensor>{"alpha", alpha},
                                     {"context", decoded.contexts},
                                     {"state", decoded.states},
                                     {"t", t},
                                     {"logits", logits}})
      tensors.compare(fmt::format("out.{}.{}", name, step), step_of(rows, step, steps));

  Tensor ids({count * steps}, DType::i32);  // sentence by sentence
  for (int64_t i = 0; i < ids.size(); ++i)
    ids.data<int32_t>()[i] = static_cast<int32_t>(tensors["in.target"].data<int64_t>()[i % steps * count + i / steps]);
  const OutputLossResult result = output_loss(t, w("Wo"), {}, ids);
  tensors.compare("loss", result.loss);
  tape.backward(result.loss);
  tensors.compare("grad.in.h", with_padding(gradient_of(h), sources, longest));
  tensors.compare("grad.in.y", swap_axes(gradient_of(y).reshaped({count, steps, y.dim(1)})));
  tensors.compare_gradients();
}

}  // namespace naru
