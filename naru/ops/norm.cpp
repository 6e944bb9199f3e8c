// y = w n + b, n = (x - mean) r, r = 1 / sqrt(var + epsilon).
// Backward, g = w dy:  dx = r (g - mean g - n mean(g n)),  dw = sum over rows dy n,  db = sum over rows dy.
// Kept: x (with the residual: the sum), and mean and r of each row.
#include "naru/ops/norm.h"

#include "naru/base/profile.h"
#include "naru/ops/cpu/kernel.h"
#include "naru/ops/cpu/norm.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

void check(std::string_view op, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  NARU_CHECK(x.rank() >= 1 && x.dim(-1) > 0, "{}: last axis is empty, x is {}", op, x.shape());
  for (const Tensor* parameter : {&weight, &bias})
    NARU_CHECK(parameter->size() == x.dim(-1) && parameter->dtype() == DType::f32,
               "{}: weight or bias {} {} for x {}, must be f32", op, parameter->shape(), name(parameter->dtype()),
               x.shape());
}

/// dx; the weight's and the bias's gradients go straight to where they add up.
Tensor backward(const Tensor& x, const Tensor& statistics, const Tensor& weight, const Tensor& bias, const Tensor& dy) {
  const int64_t rows = x.rows(), columns = x.dim(-1);
  Tensor dx = Tensor::like(x);
  const Tensor partial({cpu::norm_pieces(rows), 2, columns}, DType::f32, Purpose::workspace);
  NARU_DISPATCH(x, layer_norm_backward, {x.data<T>(), dy.data<T>(), statistics.data(), weight.data()}, dx.data<T>(),
                partial.data(), rows, columns);
  const auto [dw, add_weight] = gradient_target(weight);
  const auto [db, add_bias] = gradient_target(bias);
  NARU_DISPATCH(partial, norm_parameter_gradients, partial.data(), cpu::norm_pieces(rows), columns,
                {dw.data(), add_weight}, {db.data(), add_bias});
  return dx;
}

}  // namespace

Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, float epsilon) {
  const Profiled profiled("layer_norm");
  check("layer_norm", x, weight, bias);
  Tensor y = Tensor::like(x);
  const Tensor statistics({x.rows(), 2});  // mean and r of each row
  NARU_DISPATCH(x, layer_norm, x.data<T>(), {weight.data(), bias.data(), epsilon}, y.data<T>(), statistics.data(),
                x.rows(), x.dim(-1));

  return record("layer_norm", y, {x, weight, bias}, [x, statistics, weight, bias](const Tensor& dy) -> Gradients {
    return {backward(x, statistics, weight, bias, dy), {}, {}};
  });
}

Tensor residual_norm(const Tensor& x, const Tensor& branch, const Tensor& weight, const Tensor& bias, float epsilon,
                     const DropoutSpec& spec) {
  const Profiled profiled("residual_norm");
  check("residual_norm", x, weight, bias);
  NARU_CHECK(x.rank() == 2 && x.shape() == branch.shape(), "residual_norm: x {}, branch {} must be equal [total, d]",
             x.shape(), branch.shape());
  const Drop drop("residual_norm", x, spec);
  Tensor y = Tensor::like(x);
  // Without a tape nobody asks for the sum: it is normalised where it lies.
  const Tensor sum = recording({&x, &branch, &weight, &bias}) ? Tensor::like(x) : y;
  const Tensor statistics({x.dim(0), 2});  // mean and r of each row
  const int64_t columns = x.dim(1);
  parallel_for(x.dim(0), cpu::row_grain(columns), [&](int64_t begin, int64_t end) {
    drop.add(x, branch, sum, begin, end);
    NARU_DISPATCH(x, layer_norm, sum.data<T>() + begin * columns, {weight.data(), bias.data(), epsilon},
                  y.data<T>() + begin * columns, statistics.data() + 2 * begin, end - begin, columns);
  });

  return record("residual_norm", y, {x, branch, weight, bias},
                [sum, statistics, weight, bias, drop, stored = branch.dtype()](const Tensor& dy) -> Gradients {
                  const Tensor dx = backward(sum, statistics, weight, bias, dy);
                  return {dx, drop.backward(dx, stored), {}, {}};
                });
}

}  // namespace naru
