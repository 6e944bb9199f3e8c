// Softmax and label-smoothed cross entropy of rows of scores, and its gradient, on CPU.
#pragma once

#include <cstdint>

namespace naru::cpu {

struct CrossEntropy {
  int64_t vocabulary;
  float smoothing, scale;
  float soft_weight = 0;  // λ
};

/// What rows of scores are to say.
struct CrossEntropyTargets {
  static constexpr int64_t most_soft = 64;

  const int32_t* ids;                         // [rows]
  const int32_t* soft_ids = nullptr;          // [rows, soft]: each id once in a row
  const float* soft_probabilities = nullptr;  // [rows, soft]
  int64_t soft = 0;                           // at most `most_soft`

  CrossEntropyTargets from(int64_t row) const {
    if (soft == 0) return {ids + row};
    return {ids + row, soft_ids + row * soft, soft_probabilities + row * soft, soft};
  }
};

struct TokenLoss {
  float smoothed = 0;  // (1 - λ) ((1 - ε) nll + ε mean over classes of -log p) + λ sum over soft targets of -q log p
  float nll = 0;       // -log p(target)
  bool correct = false;
};

/// scores [rows, vocabulary]; overwritten. Writes the losses and, unless `slopes` is null, the gradient times scale;
/// slopes may be the scores' own memory. Rows with a negative target get gradient 0 and no loss.
template <class T>
void cross_entropy(const CrossEntropy& entropy, float* scores, const CrossEntropyTargets& targets, T* slopes,
                   TokenLoss* losses, int64_t rows);

}  // namespace naru::cpu
