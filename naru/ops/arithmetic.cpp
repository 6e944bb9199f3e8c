#include "naru/ops/arithmetic.h"

#include <algorithm>

#include "naru/base/profile.h"
#include "naru/ops/cpu/elementwise.h"
#include "naru/ops/cpu/reduce.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

void check_equal(std::string_view op, const Tensor& a, const Tensor& b) {
  NARU_CHECK(a.shape() == b.shape() && a.dtype() == b.dtype(), "{}: {} {} with {} {}", op, a.shape(), name(a.dtype()),
             b.shape(), name(b.dtype()));
}

Tensor product(const Tensor& a, const Tensor& b) {
  Tensor c = Tensor::like(a);
  NARU_DISPATCH(a, multiply, a.data<T>(), b.data<T>(), c.data<T>(), a.size());
  return c;
}

Tensor times(const Tensor& x, float factor) {
  Tensor y = Tensor::like(x);
  NARU_DISPATCH(x, scale, x.data<T>(), factor, y.data<T>(), x.size());
  return y;
}

double total(const Tensor& x) {
  return x.dtype() == DType::f32 ? cpu::sum(x.data(), x.size()) : cpu::sum(x.data<bf16>(), x.size());
}

/// Every number of dx is dy's one number times `factor`.
Tensor spread(const Tensor& dy, float factor, const Tensor& like) {
  Tensor dx = Tensor::like(like);
  const float value = dy.data()[0] * factor;
  if (dx.dtype() == DType::f32) {
    std::ranges::fill(dx.values(), value);
  } else {
    std::ranges::fill(dx.values<bf16>(), bf16(value));
  }
  return dx;
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
  const Profiled profiled("add");
  check_equal("add", a, b);
  Tensor c = Tensor::like(a);
  NARU_DISPATCH(a, add, a.data<T>(), b.data<T>(), c.data<T>(), a.size());
  return record("add", c, {a, b}, [](const Tensor& dc) -> Gradients { return {dc, dc}; });
}

Tensor multiply(const Tensor& a, const Tensor& b) {
  const Profiled profiled("multiply");
  check_equal("multiply", a, b);
  return record("multiply", product(a, b), {a, b}, [a, b](const Tensor& dc) -> Gradients {
    return {a.wants_gradient() ? product(dc, b) : Tensor(), b.wants_gradient() ? product(dc, a) : Tensor()};
  });
}

Tensor scale(const Tensor& x, float factor) {
  const Profiled profiled("scale");
  return record("scale", times(x, factor), {x},
                [factor](const Tensor& dy) -> Gradients { return {times(dy, factor)}; });
}

Tensor sum(const Tensor& x) {
  const Profiled profiled("sum");
  return record("sum", Tensor::from({static_cast<float>(total(x))}, {1}), {x},
                [like = x.without_numbers()](const Tensor& dy) -> Gradients { return {spread(dy, 1, like)}; });
}

Tensor mean(const Tensor& x) {
  const Profiled profiled("mean");
  const double share = 1 / static_cast<double>(std::max<int64_t>(1, x.size()));
  return record("mean", Tensor::from({static_cast<float>(total(x) * share)}, {1}), {x},
                [share = static_cast<float>(share), like = x.without_numbers()](const Tensor& dy) -> Gradients {
                  return {spread(dy, share, like)};
                });
}

}  // namespace naru
