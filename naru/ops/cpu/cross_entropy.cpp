// Three passes over a row of scores, which stays in the nearest caches: maximum and sum; exponentials and their sum;
// gradient.
#include "naru/ops/cpu/cross_entropy.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/cross_entropy.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/number.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

constexpr float lowest = -std::numeric_limits<float>::infinity();

struct RowSums {
  float most, sum;
};
RowSums maximum_and_sum(const float* scores, int64_t columns) {
  Number most = lowest, sum = 0;
  along(columns, [&](int64_t i, auto vector) HWY_ATTR {
    most = max(most, vector.load(scores + i, lowest));
    sum = sum + vector.load(scores + i);
  });
  return {max_of_lanes(most), sum_of_lanes(sum)};
}

/// Replaces the scores by exp(score - most); their sum.
float exponentials(float* scores, float most, int64_t columns) {
  Number sum = 0;
  along(columns, [&](int64_t i, auto vector) HWY_ATTR {
    const Number e = exp(vector.load(scores + i, lowest) - most);
    sum = sum + e;
    vector.store(e, scores + i);
  });
  return sum_of_lanes(sum);
}

template <class T>
void cross_entropy_row(const CrossEntropy& entropy, float* scores, int32_t target, T* slopes, TokenLoss& loss) {
  const auto [columns, smoothing, scale] = entropy;
  if (target < 0) {
    if (slopes) std::fill(slopes, slopes + columns, T(0.0f));
    return;
  }
  const auto [most, sum] = maximum_and_sum(scores, columns);
  const float target_score = scores[target];
  const float exp_sum = exponentials(scores, most, columns), log_sum = most + std::log(exp_sum);
  const float share = smoothing / static_cast<float>(columns);
  loss.nll = log_sum - target_score;
  loss.smoothed = (1 - smoothing) * loss.nll + smoothing * (log_sum - sum / static_cast<float>(columns));
  loss.correct = target_score == most;
  if (!slopes) return;
  const float target_slope = scores[target] * (scale / exp_sum) - share * scale - (1 - smoothing) * scale;
  along(columns, [&](int64_t i, auto vector) HWY_ATTR {
    vector.store(multiply_add(vector.load(scores + i), scale / exp_sum, -share * scale), slopes + i);
  });
  slopes[target] = T(target_slope);
}

template <class T>
void cross_entropy(const CrossEntropy& entropy, float* scores, const int32_t* targets, T* slopes, TokenLoss* losses,
                   int64_t rows) {
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t at = r * entropy.vocabulary;
    cross_entropy_row(entropy, scores + at, targets[r], slopes ? slopes + at : nullptr, losses[r]);
  }
}

auto cross_entropy_kernels() { return Both{cross_entropy<float>, cross_entropy<bf16>}; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(cross_entropy_kernels);

template <class T>
void cross_entropy(const CrossEntropy& entropy, float* scores, const int32_t* targets, T* slopes, TokenLoss* losses,
                   int64_t rows) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(cross_entropy_kernels)().template of<T>();
  constexpr int64_t exp_cost = 8;
  parallel_for(rows, row_grain(exp_cost * entropy.vocabulary), [&](int64_t begin, int64_t end) {
    const int64_t at = begin * entropy.vocabulary;
    kernel(entropy, scores + at, targets + begin, slopes ? slopes + at : nullptr, losses + begin, end - begin);
  });
}

template void cross_entropy(const CrossEntropy&, float*, const int32_t*, float*, TokenLoss*, int64_t);
template void cross_entropy(const CrossEntropy&, float*, const int32_t*, bf16*, TokenLoss*, int64_t);

}  // namespace naru::cpu
#endif
