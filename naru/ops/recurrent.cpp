// Forward: the inputs of all tokens are projected by one product; then the sequences still alive walk through time
// together (cpu/cell_walk.h). Backward: the gradients of the gates' sums step by step, in the place of the gates; then
// one product over all tokens for each weight and for x. Kept: gates, and for the LSTM c before each token.
#include "naru/ops/recurrent.h"

#include "naru/base/profile.h"
#include "naru/ops/cpu/recurrent.h"
#include "naru/ops/cpu/recurrent_cell.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

void check_bias(const Tensor& bias, int64_t rows, const char* which) {
  NARU_CHECK(!bias || (bias.dtype() == DType::f32 && bias.size() == rows),
             "recurrent_layer: {} is {} {}, must be f32 [{}]", which, name(bias.dtype()), bias.shape(), rows);
}

void check(const Tensor& x, const Offsets& offsets, const RecurrentState& initial, const RecurrentWeights& weights,
           Cell cell) {
  const int64_t hidden = weights.weight_hh.dim(1), rows = gate_count(cell) * hidden;
  NARU_CHECK(x.rank() == 2 && x.dim(0) == offsets.total(), "recurrent_layer: x is {} for {} tokens", x.shape(),
             offsets.total());
  NARU_CHECK(weights.weight_hh.dim(0) == rows && weights.weight_ih.dim(0) == rows,
             "recurrent_layer: weight_hh is {}, weight_ih {}; both need {} rows for this cell",
             weights.weight_hh.shape(), weights.weight_ih.shape(), rows);
  NARU_CHECK(weights.weight_ih.dim(1) == x.dim(1), "recurrent_layer: x is {}, weight_ih {}", x.shape(),
             weights.weight_ih.shape());
  check_bias(weights.bias_ih, rows, "bias_ih");
  check_bias(weights.bias_hh, rows, "bias_hh");
  const Shape state{offsets.count(), hidden};
  NARU_CHECK(!initial.h || (initial.h.shape() == state && initial.h.dtype() == x.dtype()),
             "recurrent_layer: the initial h is {} {}, must be {} {}", name(initial.h.dtype()), initial.h.shape(),
             name(x.dtype()), state);
  NARU_CHECK(!initial.c || (cell == Cell::lstm && initial.c.shape() == state && initial.c.dtype() == DType::f32),
             "recurrent_layer: the initial c is {} {}, must be f32 {}, and for an LSTM only", name(initial.c.dtype()),
             initial.c.shape(), state);
}

Tensor zeros_if_wanted(const Tensor& like) {
  return like && like.wants_gradient() ? Tensor::zeros(like.shape(), like.dtype()) : Tensor();
}

}  // namespace

RecurrentResult recurrent_layer(const Tensor& x, const Offsets& offsets, const RecurrentState& initial,
                                const RecurrentWeights& weights, const RecurrentOptions& options) {
  const Profiled profiled("recurrent_layer");
  check(x, offsets, initial, weights, options.cell);
  const int64_t hidden = weights.weight_hh.dim(1), total = offsets.total();
  const bool lstm = options.cell == Cell::lstm;
  const std::vector<Tensor> inputs{
      x, initial.h, initial.c, weights.weight_ih, weights.weight_hh, weights.bias_ih, weights.bias_hh};
  const bool keep = recording({&inputs[0], &inputs[1], &inputs[2], &inputs[3], &inputs[4], &inputs[5], &inputs[6]});

  cpu::RecurrentRun run{options,
                        offsets,
                        weights,
                        x,
                        initial,
                        Tensor({total, hidden}, x.dtype()),
                        Tensor({total, cpu::slot_count(options.cell) * hidden}, x.dtype()),
                        {}};
  if (keep && lstm) run.carry_before = Tensor({total, hidden});
  RecurrentState last{Tensor({offsets.count(), hidden}, x.dtype()), {}};
  if (lstm) last.c = Tensor({offsets.count(), hidden});
  NARU_DISPATCH(x, recurrent_forward<T>, run, last, keep);

  std::vector<Tensor> outputs{run.outputs, last.h};
  if (lstm) outputs.push_back(last.c);
  outputs = record("recurrent_layer", outputs, inputs, [run](const Gradients& arrived) -> Gradients {
    const Tensor d_x = zeros_if_wanted(run.x);
    const RecurrentState d_initial{zeros_if_wanted(run.initial.h), zeros_if_wanted(run.initial.c)};
    const cpu::RecurrentGradients gradients{arrived[0], {arrived[1], arrived.size() > 2 ? arrived[2] : Tensor()}};
    NARU_DISPATCH(run.x, recurrent_backward<T>, run, gradients, d_x, d_initial);
    return {d_x, d_initial.h, d_initial.c, {}, {}, {}, {}};
  });
  return {outputs[0], {outputs[1], lstm ? outputs[2] : Tensor()}};
}

}  // namespace naru
