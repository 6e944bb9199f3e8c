// With m = max over k of x_k:  y = m + log(1/n · sum over k of exp(x_k - m)), whose logarithm is of a number in
// [1/n, 1].
#include "naru/ops/cpu/log_mean.h"

#include <limits>

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/log_mean.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include <hwy/contrib/math/math-inl.h>  // after the preamble
#include "naru/ops/cpu/number.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

void log_mean(std::span<const float* const> x, float* y, int64_t first, int64_t last) {
  const float share = 1 / static_cast<float>(x.size());
  along(last - first, [&](int64_t i, auto vector) HWY_ATTR {
    Number most = std::numeric_limits<float>::lowest();  // finite: -inf - -inf would be no number
    for (const float* const one : x) most = max(most, vector.load(one + first + i));
    Number sum = 0;
    for (const float* const one : x) sum = sum + exp(vector.load(one + first + i) - most);
    vector.store(most + hn::Log(Floats(), (sum * share).v), y + first + i);
  });
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(log_mean);

void log_mean(std::span<const float* const> x, float* y, int64_t size) {
  constexpr int64_t piece = 4096;  // a multiple of every vector: where a number stands decides nothing
  parallel_for(size, piece, [&](int64_t begin, int64_t end) { HWY_DYNAMIC_DISPATCH(log_mean)(x, y, begin, end); });
}

}  // namespace naru::cpu
#endif
