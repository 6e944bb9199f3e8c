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

/// What the way back needs.
struct Kept {
  Tensor x, statistics, weight, bias;

  /// The weight's and the bias's gradients go straight to where they add up.
  void backward(const Tensor& dy, const GradientTarget& dx) const {
    const int64_t rows = x.row_count(), columns = x.dim(-1), pieces = cpu::norm_pieces(rows);
    const Tensor partial({pieces, 2, columns}, DType::f32, Purpose::workspace);
    const auto back = [&]<class X, class Y>(const X* from, const Y* arrived, X* to) {
      const cpu::NormBackward<X, Y> given{from, arrived, statistics.data(), weight.data(), dx.add};
      cpu::layer_norm_backward(given, to, partial.data(), rows, columns);
    };
    if (x.dtype() == DType::bf16)
      back(x.data<bf16>(), dy.data<bf16>(), dx.tensor.data<bf16>());
    else if (dy.dtype() == DType::bf16)
      back(x.data(), dy.data<bf16>(), dx.tensor.data());
    else
      back(x.data(), dy.data(), dx.tensor.data());
    const auto [dw, add_weight] = gradient_target(weight);
    const auto [db, add_bias] = gradient_target(bias);
    cpu::norm_parameter_gradients(partial.data(), pieces, columns, {dw.data(), add_weight}, {db.data(), add_bias});
  }
};

}  // namespace

Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, float epsilon,
                  std::optional<DType> stored) {
  const Profiled profiled("layer_norm");
  check("layer_norm", x, weight, bias);
  Tensor y(x.shape(), stored.value_or(x.dtype()));
  const Tensor statistics({x.row_count(), 2});  // mean and r of each row
  const cpu::NormParameters parameters{weight.data(), bias.data(), epsilon};
  if (y.dtype() == x.dtype()) {
    NARU_DISPATCH(x, layer_norm, x.data<T>(), parameters, y.data<T>(), statistics.data(), x.row_count(), x.dim(-1));
  } else {
    cpu::layer_norm(x.data(), parameters, y.data<bf16>(), statistics.data(), x.row_count(), x.dim(-1));
  }

  return record("layer_norm", y, {x, weight, bias},
                [kept = Kept{x, statistics, weight, bias}](const Tensor& dy) -> Gradients {
                  // In a pre-norm block x has a gradient by now, that of the way around the block.
                  GradientTarget dx = gradient_target(kept.x);
                  if (!dx.tensor) dx = {Tensor::like(kept.x), false};
                  kept.backward(dy, dx);
                  return {{}, {}, {}};
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

  return record(
      "residual_norm", y, {x, branch, weight, bias},
      [kept = Kept{sum, statistics, weight, bias}, drop, stored = branch.dtype()](const Tensor& dy) -> Gradients {
        const Tensor dx = Tensor::like(kept.x);
        kept.backward(dy, {dx, false});
        return {dx, drop.backward(dx, stored), {}, {}};
      });
}

}  // namespace naru
