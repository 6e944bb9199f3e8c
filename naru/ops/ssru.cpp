// Backward, from each sequence's end: with g_t what arrives at c_t from c_{t+1}, dc = g_t + do_t [c_t > 0],
//   d(W x_t) = dc ∘ (1 - f_t),   d(W_f x_t) = dc ∘ (c_{t-1} - W x_t) ∘ f_t ∘ (1 - f_t),   g_{t-1} = dc ∘ f_t.
// Kept: projected and c; f is computed again.
#include "naru/ops/ssru.h"

#include <algorithm>

#include "naru/base/profile.h"
#include "naru/ops/cpu/recurrent_cell.h"
#include "naru/ops/cpu/ssru.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

void check(const Tensor& projected, const Tensor& bias, const Offsets& offsets, const Tensor& initial) {
  NARU_CHECK(bias.rank() == 1 && bias.dtype() == DType::f32, "ssru: forget_bias is {} {}, must be f32 [width]",
             name(bias.dtype()), bias.shape());
  NARU_CHECK(projected.shape() == Shape({offsets.total(), 2 * bias.dim(0)}),
             "ssru: projected is {}, must be [total, 2 width] = [{}, {}]", projected.shape(), offsets.total(),
             2 * bias.dim(0));
  NARU_CHECK(!initial || (initial.shape() == Shape({offsets.count(), bias.dim(0)}) && initial.dtype() == DType::f32),
             "ssru: initial is {} {}, must be f32 [{}, {}]", name(initial.dtype()), initial.shape(), offsets.count(),
             bias.dim(0));
}

Tensor copy_or_zeros(const Tensor& state, const Shape& shape) { return state ? state.clone() : Tensor::zeros(shape); }

}  // namespace

SsruResult ssru(const Tensor& projected, const Tensor& forget_bias, const Offsets& offsets, const Tensor& initial) {
  const Profiled profiled("ssru");
  check(projected, forget_bias, offsets, initial);
  const int64_t total = offsets.total(), width = forget_bias.dim(0);
  const Shape state{offsets.count(), width};
  const Tensor outputs({total, width}, projected.dtype()), last = copy_or_zeros(initial, state);
  // c after each token, which backward reads.
  const Tensor cells = recording({&projected, &forget_bias, &initial}) ? Tensor({total, width}) : Tensor();
  const cpu::SsruShape shape{offsets.begins(), width};
  NARU_DISPATCH(projected, ssru, shape, projected.data<T>(), forget_bias.data(), outputs.data<T>(), cells.data(),
                last.data());

  const auto results =
      record("ssru", {outputs, last}, {projected, forget_bias, initial}, [=](const Gradients& arrived) -> Gradients {
        const Tensor d_projected = Tensor::like(projected), d_cell = copy_or_zeros(arrived[1], state);
        NARU_DISPATCH(projected, ssru_backward, {offsets.begins(), width},
                      {projected.data<T>(), forget_bias.data(), cells.data(), initial.data(), arrived[0].data<T>()},
                      d_projected.data<T>(), d_cell.data());
        if (const auto [d_bias, add] = gradient_target(forget_bias); d_bias)
          NARU_DISPATCH(d_projected, column_sums, d_projected.data<T>() + width, total, 2 * width, width, d_bias.data(),
                        add);
        return {d_projected, {}, initial && initial.wants_gradient() ? d_cell : Tensor()};
      });
  return {results[0], results[1]};
}

}  // namespace naru
