// y = m f(z), z = x Wᵀ + b, m dropout's factors.
// Backward: dz = m dy f'(z), dx = dz W, dW = dzᵀ x, db = column sums of dz. Kept: x, W, and y or z for f'.
#include "naru/ops/linear.h"

#include <vector>

#include "naru/base/profile.h"
#include "naru/ops/cpu/elementwise.h"
#include "naru/ops/cpu/reduce.h"
#include "naru/ops/dispatch.h"
#include "naru/ops/packed.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

void check(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  NARU_CHECK(x.rank() >= 1 && weight.rank() == 2, "linear: x {}, weight {} must be [out, in]", x.shape(),
             weight.shape());
  NARU_CHECK(x.dim(-1) == weight.dim(1), "linear: x has {} features but the weight expects {} (x {}, weight {})",
             x.dim(-1), weight.dim(1), x.shape(), weight.shape());
  NARU_CHECK(!bias || (bias.size() == weight.dim(0) && bias.dtype() == DType::f32),
             "linear: bias {} {} for weight {}, must be f32", bias.shape(), name(bias.dtype()), weight.shape());
}

Tensor output_for(const Tensor& x, const Tensor& weight) {
  std::vector<int64_t> extents(x.shape().extents().begin(), x.shape().extents().end());
  extents.back() = weight.dim(0);
  return Tensor(Shape(extents), x.dtype());
}

/// Whether the numbers handed on tell f'. Dropout leaves ReLU's: where it put a 0 no gradient arrives, and elsewhere
/// the sign stays.
bool told_by_output(Activation activation, const Drop& drop) {
  return cpu::derivative_from_output(activation) &&
         (!drop || activation == Activation::none || activation == Activation::relu);
}

/// dW (+)= dzᵀ x and db (+)= column sums of dz, straight into the parameters' gradients.
void add_parameter_gradients(const Tensor& dz, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  if (const auto [dw, add] = gradient_target(weight); dw)
    cpu::product(transposed_view(dz), matrix_view(x), matrix_out(dw), {.add = add});
  if (const auto [db, add] = gradient_target(bias); db)
    NARU_DISPATCH(dz, column_sum, dz.data<T>(), matrix_view(dz).rows, dz.dim(-1), {db.data(), add});
}

}  // namespace

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, const LinearOutput& output) {
  const Profiled profiled("linear");
  check(x, weight, bias);
  const Activation activation = output.activation;
  const Tensor y = output_for(x, weight);
  const Drop drop("linear", y, output.dropout);
  const bool from_output = cpu::derivative_from_output(activation);
  // What backward asks for, f(z) or z, lies apart from y where y does not tell it.
  const bool apart = recording({&x, &weight, &bias}) && !told_by_output(activation, drop);
  const bool sums_apart = apart && !from_output;
  const Tensor kept = apart ? Tensor::like(y) : y;
  const auto w = packed(weight, PackedAs::transposed, x.dtype(), recording({&weight}));
  cpu::product(matrix_view(x), *w, matrix_out(kept),
               {.bias = bias.data(), .activation = sums_apart ? Activation::none : activation});
  if (sums_apart) NARU_DISPATCH(y, activate, activation, kept.data<T>(), y.data<T>(), y.size());
  if (drop) {
    const Tensor whole = sums_apart ? y : kept;
    NARU_DISPATCH(y, drop, whole.data<T>(), y.data<T>(), y.dim(0), y.dim(1), drop.mask());
  }

  return record("linear", y, {x, weight, bias},
                [x, weight, bias, activation, drop,
                 kept = activation == Activation::none ? Tensor() : kept](const Tensor& dy) -> Gradients {
                  Tensor dz = drop.backward(dy, dy.dtype());
                  if (activation != Activation::none) {
                    const Tensor through = drop ? dz : Tensor::like(dy);  // dy may be another's
                    NARU_DISPATCH(dz, activate_backward, activation, kept.data<T>(), dz.data<T>(), through.data<T>(),
                                  dz.size());
                    dz = through;
                  }
                  add_parameter_gradients(dz, x, weight, bias);
                  if (!x.wants_gradient()) return {{}, {}, {}};
                  Tensor dx = Tensor::like(x);
                  const auto w = packed(weight, PackedAs::as_is, x.dtype(), weight.wants_gradient());
                  cpu::product(matrix_view(dz), *w, matrix_out(dx));
                  return {dx, {}, {}};
                });
}

}  // namespace naru
