// Two passes over a row of scores: exponentials relative to the maximum so far, with their sum; and the gradient, where
// each block of exponentials is set right for the final maximum (the online softmax of Milakov and Gimelshein 2018).
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

struct BlockSums {
  float most, sum;
};
BlockSums maximum_and_sum(const float* scores, int64_t columns) {
  constexpr int64_t chains = 4;  // side by side, as a sum takes several cycles
  Number most[chains] = {lowest, lowest, lowest, lowest}, sum[chains] = {0, 0, 0, 0};
  int64_t i = 0;
  for (; i + chains * lanes <= columns; i += chains * lanes)
    for (int64_t c = 0; c < chains; ++c) {
      const Number score = load(scores + i + c * lanes);
      most[c] = max(most[c], score), sum[c] = sum[c] + score;
    }
  along(columns - i, [&](int64_t j, auto vector) HWY_ATTR {
    most[0] = max(most[0], vector.load(scores + i + j, lowest)), sum[0] = sum[0] + vector.load(scores + i + j);
  });
  return {max_of_lanes(max(max(most[0], most[1]), max(most[2], most[3]))),
          sum_of_lanes((sum[0] + sum[1]) + (sum[2] + sum[3]))};
}

/// Replaces the scores by exp(score - most); their sum.
float exponentials(float* scores, float most, int64_t columns) {
  Number sum = 0;
  along(columns, [&](int64_t i, auto vector) HWY_ATTR {
    const Number e = exp_of_negative(vector.load(scores + i, lowest) - most);
    sum = sum + vector.inside(e);
    vector.store(e, scores + i);
  });
  return sum_of_lanes(sum);
}

/// A row is walked in blocks that stay in the nearest cache; each has exponentials relative to the maximum so far.
class Blocks {
 public:
  explicit Blocks(int64_t columns) : columns_(columns), size_(std::max<int64_t>(1024, pieces(columns, most_blocks))) {}

  /// f(block, first column, columns)
  template <class F>
  HWY_INLINE void for_each(F f) const {
    for (int64_t b = 0; b * size_ < columns_; ++b) f(b, b * size_, std::min(size_, columns_ - b * size_));
  }
  int64_t of(int64_t column) const { return column / size_; }
  static constexpr int64_t most_blocks = 64;

 private:
  int64_t columns_, size_;
};

template <class T>
void cross_entropy_row(const CrossEntropy& entropy, float* scores, int32_t target, T* slopes, TokenLoss& loss) {
  const auto [columns, smoothing, scale] = entropy;
  if (target < 0) {
    if (slopes) std::fill(slopes, slopes + columns, T(0.0f));
    return;
  }
  const Blocks blocks(columns);
  const float target_score = scores[target];
  float most_until[Blocks::most_blocks], exp_sums[Blocks::most_blocks];
  float most = lowest;
  double sum = 0, exp_sum = 0;
  blocks.for_each([&](int64_t b, int64_t first, int64_t count) HWY_ATTR {
    const auto [block_most, block_sum] = maximum_and_sum(scores + first, count);
    most_until[b] = most = std::max(most, block_most);
    exp_sums[b] = exponentials(scores + first, most, count);
    sum += block_sum;
  });
  blocks.for_each([&](int64_t b, int64_t, int64_t) {
    most_until[b] = std::exp(most_until[b] - most);  // what the block's exponentials are still to be multiplied by
    exp_sum += static_cast<double>(exp_sums[b]) * most_until[b];
  });
  const auto log_sum = static_cast<float>(most + std::log(exp_sum));
  loss.nll = log_sum - target_score;
  loss.smoothed = (1 - smoothing) * loss.nll + smoothing * (log_sum - static_cast<float>(sum / columns));
  loss.correct = target_score == most;
  if (!slopes) return;

  const float share = smoothing / static_cast<float>(columns) * scale, factor = scale / static_cast<float>(exp_sum);
  const float target_slope = scores[target] * most_until[blocks.of(target)] * factor - share - (1 - smoothing) * scale;
  blocks.for_each([&](int64_t b, int64_t first, int64_t count) HWY_ATTR {
    const Number block_factor = most_until[b] * factor;
    along(count, [&](int64_t i, auto vector) HWY_ATTR {
      vector.store(multiply_add(vector.load(scores + first + i), block_factor, -share), slopes + first + i);
    });
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
