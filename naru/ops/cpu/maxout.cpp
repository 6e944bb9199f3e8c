#include "naru/ops/cpu/maxout.h"

#include "naru/ops/cpu/kernel.h"

namespace naru::cpu {
namespace {

/// NaN counts as the larger, so that it is seen.
template <class T>
bool first_wins(const T* pair) {
  return !(static_cast<float>(pair[1]) > static_cast<float>(pair[0])) &&
         static_cast<float>(pair[1]) == static_cast<float>(pair[1]);
}

}  // namespace

template <class T>
void maxout(const T* x, T* y, int64_t pairs) {
  parallel_for(pairs, element_grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) y[i] = x[first_wins(x + 2 * i) ? 2 * i : 2 * i + 1];
  });
}

template <class T>
void maxout_backward(const T* x, const T* dy, T* dx, int64_t pairs) {
  parallel_for(pairs, element_grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const bool first = first_wins(x + 2 * i);
      dx[2 * i] = first ? dy[i] : T(0.0f);
      dx[2 * i + 1] = first ? T(0.0f) : dy[i];
    }
  });
}

template void maxout(const float*, float*, int64_t);
template void maxout(const bf16*, bf16*, int64_t);
template void maxout_backward(const float*, const float*, float*, int64_t);
template void maxout_backward(const bf16*, const bf16*, bf16*, int64_t);

}  // namespace naru::cpu
