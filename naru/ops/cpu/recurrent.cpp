#include "naru/ops/cpu/recurrent.h"

#include "naru/ops/cpu/cell_walk.h"
#include "naru/ops/packed.h"

namespace naru::cpu {
namespace {

template <class T>
CellLayer<T> layer_of(const RecurrentRun& run) {
  CellLayer<T> layer;
  layer.cell = run.options.cell;
  layer.hidden = run.hidden();
  layer.weights = run.weights;
  layer.has_projection = true;
  layer.gates = run.gates.data<T>();
  layer.carry_before = run.carry_before.data();
  layer.outputs = run.outputs.data<T>();
  return layer;
}

}  // namespace

template <class T>
void recurrent_forward(const RecurrentRun& run, const RecurrentState& last, bool keep) {
  CellLayer<T> layer = layer_of<T>(run);
  layer.keep = keep;
  project_inputs(layer, matrix_view(run.x));
  layer.pack_forward();
  for_each_group(run.offsets, run.options.reverse, [&](Lockstep& lockstep) {
    CellWalk<T> walk(layer, lockstep, run.initial);
    for (int64_t time = 0; time < lockstep.steps(); ++time) walk.step(lockstep.tokens(time), nullptr);
    walk.finish(last);
  });
}

template <class T>
void recurrent_backward(const RecurrentRun& run, const RecurrentGradients& arrived, const Tensor& d_x,
                        const RecurrentState& d_initial) {
  CellLayer<T> layer = layer_of<T>(run);
  const Tensor before = states_before(run.offsets, run.options.reverse, run.outputs, run.initial.h);
  layer.state_before = before.data<T>();
  layer.pack_back();
  const bool wants_initial = d_initial.h || d_initial.c;
  for_each_group(run.offsets, run.options.reverse, [&](Lockstep& lockstep) {
    CellWalkBack<T> walk(layer, lockstep, arrived.last, wants_initial);
    for (int64_t time = lockstep.steps() - 1; time >= 0; --time)
      walk.step(time, lockstep.tokens(time), arrived.outputs.data<T>(), nullptr);
    walk.finish(d_initial);
  });
  add_hidden_gradients(layer, run.offsets.total());
  add_input_bias_gradient(layer, run.offsets.total());
  add_input_gradients(layer, matrix_view(run.x), 0, gradient_target(run.weights.weight_ih));
  if (d_x) unproject_inputs(layer, d_x.dim(0), d_x.dim(1), matrix_out(d_x));
}

template void recurrent_forward<float>(const RecurrentRun&, const RecurrentState&, bool);
template void recurrent_forward<bf16>(const RecurrentRun&, const RecurrentState&, bool);
template void recurrent_backward<float>(const RecurrentRun&, const RecurrentGradients&, const Tensor&,
                                        const RecurrentState&);
template void recurrent_backward<bf16>(const RecurrentRun&, const RecurrentGradients&, const Tensor&,
                                       const RecurrentState&);

}  // namespace naru::cpu
