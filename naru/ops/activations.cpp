// Backward: dx = dy · activation'(x); x or y is kept, whichever the formula asks for.
#include "naru/ops/activations.h"

#include "naru/base/profile.h"
#include "naru/ops/cpu/elementwise.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {

std::string_view name(Activation activation) {
  constexpr std::string_view names[] = {"none", "relu", "gelu", "gelu_erf", "silu", "tanh", "sigmoid"};
  return names[static_cast<int>(activation)];
}

Tensor activate(const Tensor& x, Activation activation) {
  const Profiled profiled(name(activation));
  Tensor y = Tensor::like(x);
  NARU_DISPATCH(x, activate, activation, x.data<T>(), y.data<T>(), x.size());

  const Tensor kept = cpu::derivative_from_output(activation) ? y : x.detached();
  return record(name(activation), y, {x}, [activation, kept](const Tensor& dy) -> Gradients {
    Tensor dx = Tensor::like(dy);
    NARU_DISPATCH(dy, activate_backward, activation, kept.data<T>(), dy.data<T>(), dx.data<T>(), dy.size());
    return {dx};
  });
}

}  // namespace naru
