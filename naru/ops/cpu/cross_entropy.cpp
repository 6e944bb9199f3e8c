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

/// Sums over the soft targets of q, and of q times the score.
struct SoftSums {
  float mass, score;
};
SoftSums soft_sums(const CrossEntropyTargets& targets, const float* scores) {
  double mass = 0, score = 0;
  for (int64_t i = 0; i < targets.soft; ++i) {
    const double q = static_cast<double>(targets.soft_probabilities[i]);
    mass += q;
    score += q * static_cast<double>(scores[targets.soft_ids[i]]);
  }
  return {static_cast<float>(mass), static_cast<float>(score)};
}

template <class T>
void cross_entropy_row(const CrossEntropy& entropy, float* scores, const CrossEntropyTargets& targets, T* slopes,
                       TokenLoss& loss) {
  const auto [columns, smoothing, scale, soft_weight] = entropy;
  const float hard_weight = 1 - soft_weight;
  const int32_t target = targets.ids[0];
  if (target < 0) {
    if (slopes) std::fill(slopes, slopes + columns, T(0.0f));
    return;
  }
  const Blocks blocks(columns);
  const float target_score = scores[target];
  const auto [soft_mass, soft_score] = soft_sums(targets, scores);
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
  loss.smoothed = hard_weight * loss.smoothed + soft_weight * (soft_mass * log_sum - soft_score);
  loss.correct = target_score == most;
  if (!slopes) return;

  const float hard_scale = hard_weight * scale, share = smoothing / static_cast<float>(columns) * hard_scale;
  const float factor = (hard_weight + soft_weight * soft_mass) * scale / static_cast<float>(exp_sum);
  const auto slope = [&](int32_t id) {
    const float of_all = scores[id] * most_until[blocks.of(id)] * factor - share;
    return id == target ? of_all - (1 - smoothing) * hard_scale : of_all;
  };
  const float target_slope = slope(target);  // before the slopes take the place of the scores
  float soft_slopes[CrossEntropyTargets::most_soft];
  for (int64_t i = 0; i < targets.soft; ++i)
    soft_slopes[i] = slope(targets.soft_ids[i]) - soft_weight * targets.soft_probabilities[i] * scale;
  blocks.for_each([&](int64_t b, int64_t first, int64_t count) HWY_ATTR {
    const Number block_factor = most_until[b] * factor;
    along(count, [&](int64_t i, auto vector) HWY_ATTR {
      vector.store(multiply_add(vector.load(scores + first + i), block_factor, -share), slopes + first + i);
    });
  });
  slopes[target] = T(target_slope);
  for (int64_t i = 0; i < targets.soft; ++i) slopes[targets.soft_ids[i]] = T(soft_slopes[i]);
}

template <class T>
void cross_entropy(const CrossEntropy& entropy, float* scores, const CrossEntropyTargets& targets, T* slopes,
                   TokenLoss* losses, int64_t rows) {
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t at = r * entropy.vocabulary;
    cross_entropy_row(entropy, scores + at, targets.from(r), slopes ? slopes + at : nullptr, losses[r]);
  }
}

auto cross_entropy_kernels() { return Both{cross_entropy<float>, cross_entropy<bf16>}; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(cross_entropy_kernels);

template <class T>
void cross_entropy(const CrossEntropy& entropy, float* scores, const CrossEntropyTargets& targets, T* slopes,
                   TokenLoss* losses, int64_t rows) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(cross_entropy_kernels)().template of<T>();
  constexpr int64_t exp_cost = 8;
  parallel_for(rows, row_grain(exp_cost * entropy.vocabulary), [&](int64_t begin, int64_t end) {
    const int64_t at = begin * entropy.vocabulary;
    kernel(entropy, scores + at, targets.from(begin), slopes ? slopes + at : nullptr, losses + begin, end - begin);
  });
}

template void cross_entropy(const CrossEntropy&, float*, const CrossEntropyTargets&, float*, TokenLoss*, int64_t);
template void cross_entropy(const CrossEntropy&, float*, const CrossEntropyTargets&, bf16*, TokenLoss*, int64_t);

}  // namespace naru::cpu
#endif
