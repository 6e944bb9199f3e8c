// y = f(z), z = x Wᵀ + b.
// Backward: dz = dy f'(z), dx = dz W, dW = dzᵀ x, db = column sums of dz. Kept: x, W, and y or z for f'.
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

/// dW (+)= dzᵀ x and db (+)= column sums of dz, straight into the parameters' gradients.
void add_parameter_gradients(const Tensor& dz, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  if (const auto [dw, add] = gradient_target(weight); dw)
    cpu::product(transposed_view(dz), matrix_view(x), matrix_out(dw), {.add = add});
  if (const auto [db, add] = gradient_target(bias); db)
    NARU_DISPATCH(dz, column_sum, dz.data<T>(), matrix_view(dz).rows, dz.dim(-1), {db.data(), add});
}

}  // namespace

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation activation) {
  const Profiled profiled("linear");
  check(x, weight, bias);
  const Tensor y = output_for(x, weight);
  const bool keep_sums = recording({&x, &weight, &bias}) && !cpu::derivative_from_output(activation);
  const Tensor z = keep_sums ? Tensor::like(y) : y;
  const auto w =
      recording({&weight}) ? packed_once(weight, PackedAs::transposed) : packed(weight, PackedAs::transposed);
  cpu::product(matrix_view(x), *w, matrix_out(z),
               {.bias = bias.data(), .activation = keep_sums ? Activation::none : activation});
  if (keep_sums) NARU_DISPATCH(z, activate, activation, z.data<T>(), y.data<T>(), z.size());

  return record("linear", y, {x, weight, bias}, [x, weight, bias, activation, z](const Tensor& dy) -> Gradients {
    Tensor dz = dy;
    if (activation != Activation::none) {
      dz = Tensor::like(dy);
      NARU_DISPATCH(dy, activate_backward, activation, z.data<T>(), dy.data<T>(), dz.data<T>(), dy.size());
    }
    add_parameter_gradients(dz, x, weight, bias);
    if (!x.wants_gradient()) return {{}, {}, {}};
    Tensor dx = Tensor::like(x);
    const auto w = weight.wants_gradient() ? packed_once(weight, PackedAs::as_is) : packed(weight, PackedAs::as_is);
    cpu::product(matrix_view(dz), *w, matrix_out(dx));
    return {dx, {}, {}};
  });
}

}  // namespace naru
