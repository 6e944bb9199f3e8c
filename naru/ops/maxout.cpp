// y_k = max(x_2k, x_2k+1); backward: dy_k goes to the larger of the two. Only x is kept.
#include "naru/ops/maxout.h"

#include "naru/base/profile.h"
#include "naru/ops/cpu/maxout.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {

Tensor maxout(const Tensor& x) {
  const Profiled profiled("maxout");
  NARU_CHECK(x.rank() == 2 && x.dim(1) % 2 == 0, "maxout: x is {}, must have pairs of columns", x.shape());
  const Tensor y({x.dim(0), x.dim(1) / 2}, x.dtype());
  NARU_DISPATCH(x, maxout, x.data<T>(), y.data<T>(), y.size());

  return record("maxout", y, {x}, [x](const Tensor& dy) -> Gradients {
    Tensor dx = Tensor::like(x);
    NARU_DISPATCH(x, maxout_backward, x.data<T>(), dy.data<T>(), dx.data<T>(), dy.size());
    return {dx};
  });
}

}  // namespace naru
