// y = x m / (1 - rate), m 0 or 1 by a hash of (key, token, column).  Backward: dx = dy m / (1 - rate), m hashed again.
#include "naru/ops/dropout.h"

#include "naru/base/profile.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {

Drop::Drop(std::string_view op, const Tensor& x, const DropoutSpec& spec) {
  NARU_CHECK(0 <= spec.rate && spec.rate < 1, "{}: dropout rate {} must be in [0, 1)", op, spec.rate);
  Tape* const tape = Tape::current();
  if (!tape || !tape->dropout() || spec.rate == 0) return;
  NARU_CHECK(x.rank() == 2 && x.dim(0) == spec.offsets.total(), "{}: {} rows of {} for {} tokens", op, x.dim(0),
             x.shape(), spec.offsets.total());
  rate_ = spec.rate, offsets_ = spec.offsets;
  key_ = tape->next_random_key();
}

cpu::DropoutMask Drop::mask(int64_t first_row) const {
  if (rate_ == 0) return {};
  return {rate_, key_, offsets_.token_keys().data() + first_row};
}

void Drop::add(const Tensor& x, const Tensor& branch, const Tensor& sum, int64_t begin, int64_t end) const {
  const int64_t columns = x.dim(-1), at = begin * columns;
  if (x.dtype() == branch.dtype()) {
    NARU_DISPATCH(x, add_dropped, x.data<T>() + at, branch.data<T>() + at, sum.data<T>() + at, end - begin, columns,
                  mask(begin));
  } else {
    NARU_DISPATCH(branch, add_dropped, x.data() + at, branch.data<T>() + at, sum.data() + at, end - begin, columns,
                  mask(begin));
  }
}

Tensor Drop::backward(const Tensor& dy, DType stored) const {
  if (rate_ == 0 && dy.dtype() == stored) return dy;
  Tensor dx(dy.shape(), stored);
  const int64_t columns = dy.dim(-1), rows = dy.row_count();
  if (dy.dtype() == stored) {
    NARU_DISPATCH(dy, drop, dy.data<T>(), dx.data<T>(), rows, columns, mask());
  } else {
    NARU_DISPATCH(dx, drop, dy.data(), dx.data<T>(), rows, columns, mask());
  }
  return dx;
}

Tensor dropout(const Tensor& x, const DropoutSpec& spec) {
  const Profiled profiled("dropout");
  const Drop drop("dropout", x, spec);
  if (!drop) return x;
  Tensor y = Tensor::like(x);
  NARU_DISPATCH(x, drop, x.data<T>(), y.data<T>(), x.dim(0), x.dim(1), drop.mask());
  return record("dropout", y, {x}, [drop](const Tensor& dy) -> Gradients { return {drop.backward(dy, dy.dtype())}; });
}

Tensor add_dropped(const Tensor& x, const Tensor& branch, const DropoutSpec& spec) {
  const Profiled profiled("add_dropped");
  NARU_CHECK(x.shape() == branch.shape(), "add_dropped: x {}, branch {}", x.shape(), branch.shape());
  const Drop drop("add_dropped", x, spec);
  const Tensor y = Tensor::like(x);
  drop.add(x, branch, y, 0, x.dim(0));
  return record("add_dropped", y, {x, branch}, [drop, stored = branch.dtype()](const Tensor& dy) -> Gradients {
    return {dy, drop.backward(dy, stored)};
  });
}

}  // namespace naru
