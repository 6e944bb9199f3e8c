// y = x rounded. Backward: dx = dy.
#include "naru/ops/precision.h"

#include "naru/base/profile.h"
#include "naru/ops/cpu/elementwise.h"
#include "naru/tensor/tape.h"

namespace naru {

DType product_precision(const Tensor& x) {
  const Tape* const tape = Tape::current();
  return tape && tape->options().precision == DType::bf16 ? DType::bf16 : x.dtype();
}

Tensor to_precision(const Tensor& x) {
  if (product_precision(x) == x.dtype()) return x;
  const Profiled profiled("to_precision");
  const Tensor y(x.shape(), DType::bf16);
  cpu::convert(x.data(), y.data<bf16>(), x.size());
  return record("to_precision", y, {x}, [x = x.without_numbers()](const Tensor& dy) -> Gradients {
    const auto [dx, add] = gradient_target(x);
    if (add) {
      cpu::add(dx.data(), dy.data<bf16>(), dx.data(), dx.size());
    } else {
      cpu::convert(dy.data<bf16>(), dx.data(), dx.size());
    }
    return {{}};
  });
}

}  // namespace naru
