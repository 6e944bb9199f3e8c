#include "naru/ops/cpu/maxout.h"

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/maxout.cpp"
#include "naru/ops/cpu/simd.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// `lanes` pairs: the first numbers, the second, and where the first is larger. NaN counts as larger, so that it is
/// seen.
struct Pairs {
  FloatVector first, second;
  hn::Mask<Floats> first_wins;

  Pairs(FloatVector low, FloatVector high)
      : first(hn::ConcatEven(Floats(), high, low)),
        second(hn::ConcatOdd(Floats(), high, low)),
        first_wins(hn::Not(hn::Or(hn::Gt(second, first), hn::Ne(second, second)))) {}
};

/// Calls `body` with a place and the pairs there, `count` of them: `lanes`, or fewer at the end.
template <class T, class Body>
HWY_INLINE void each_pairs(const T* x, int64_t pairs, Body&& body) {
  int64_t i = 0;
  for (; i + lanes <= pairs; i += lanes) body(i, Pairs(load(x + 2 * i), load(x + 2 * i + lanes)), lanes);
  if (i == pairs) return;
  T rest[2 * lanes] = {};
  std::copy(x + 2 * i, x + 2 * pairs, rest);
  body(i, Pairs(load(rest), load(rest + lanes)), pairs - i);
}

template <class T>
void maxout(const T* x, T* y, int64_t pairs) {
  each_pairs(x, pairs, [&](int64_t i, const Pairs& at, int64_t count) HWY_ATTR {
    const auto larger = hn::IfThenElse(at.first_wins, at.first, at.second);
    if (count == lanes) return store(larger, y + i);
    store_part(larger, y + i, count);
  });
}

template <class T>
void maxout_backward(const T* x, const T* dy, T* dx, int64_t pairs) {
  each_pairs(x, pairs, [&](int64_t i, const Pairs& at, int64_t count) HWY_ATTR {
    const auto d = count == lanes ? load(dy + i) : load_part(dy + i, count);
    float both[2 * lanes];
    hn::StoreInterleaved2(hn::IfThenElseZero(at.first_wins, d), hn::IfThenZeroElse(at.first_wins, d), Floats(), both);
    for (int64_t k = 0; k < 2 * count; k += lanes) {
      const int64_t rest = std::min<int64_t>(lanes, 2 * count - k);
      if (rest == lanes)
        store(load(both + k), dx + 2 * i + k);
      else
        store_part(load(both + k), dx + 2 * i + k, rest);
    }
  });
}

auto maxout_kernels() { return Both{maxout<float>, maxout<bf16>}; }
auto maxout_backward_kernels() { return Both{maxout_backward<float>, maxout_backward<bf16>}; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(maxout_kernels);
HWY_EXPORT(maxout_backward_kernels);

template <class T>
void maxout(const T* x, T* y, int64_t pairs) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(maxout_kernels)().template of<T>();
  parallel_for(pairs, element_grain,
               [&](int64_t begin, int64_t end) { kernel(x + 2 * begin, y + begin, end - begin); });
}

template <class T>
void maxout_backward(const T* x, const T* dy, T* dx, int64_t pairs) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(maxout_backward_kernels)().template of<T>();
  parallel_for(pairs, element_grain,
               [&](int64_t begin, int64_t end) { kernel(x + 2 * begin, dy + begin, dx + 2 * begin, end - begin); });
}

template void maxout(const float*, float*, int64_t);
template void maxout(const bf16*, bf16*, int64_t);
template void maxout_backward(const float*, const float*, float*, int64_t);
template void maxout_backward(const bf16*, const bf16*, bf16*, int64_t);

}  // namespace naru::cpu
#endif
