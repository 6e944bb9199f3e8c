// Softmax over the last axis.  y_i = exp(x_i - max x) / sum_j exp(x_j - max x)
// Backward: dx_i = y_i (dy_i - sum_j y_j dy_j); of the logarithm: dx_i = dy_i - exp(y_i) sum_j dy_j. Only y is kept.
#include "naru/ops/softmax.h"

#include "naru/base/profile.h"
#include "naru/ops/cpu/softmax.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {

Tensor softmax(const Tensor& x) {
  const Profiled profiled("softmax");
  NARU_CHECK(x.dim(-1) > 0, "softmax: last axis is empty, x is {}", x.shape());
  const int64_t columns = x.dim(-1), rows = x.row_count();
  Tensor y = Tensor::like(x);
  NARU_DISPATCH(x, softmax, x.data<T>(), y.data<T>(), rows, columns);

  return record("softmax", y, {x}, [y, rows, columns](const Tensor& dy) -> Gradients {
    Tensor dx = Tensor::like(y);
    NARU_DISPATCH(y, softmax_backward, y.data<T>(), dy.data<T>(), dx.data<T>(), rows, columns);
    return {dx};
  });
}

Tensor log_softmax(const Tensor& x) {
  const Profiled profiled("log_softmax");
  NARU_CHECK(x.dim(-1) > 0, "log_softmax: last axis is empty, x is {}", x.shape());
  const int64_t columns = x.dim(-1), rows = x.row_count();
  Tensor y = Tensor::like(x);
  NARU_DISPATCH(x, log_softmax, x.data<T>(), y.data<T>(), rows, columns);

  return record("log_softmax", y, {x}, [y, rows, columns](const Tensor& dy) -> Gradients {
    Tensor dx = Tensor::like(y);
    NARU_DISPATCH(y, log_softmax_backward, y.data<T>(), dy.data<T>(), dx.data<T>(), rows, columns);
    return {dx};
  });
}

}  // namespace naru
