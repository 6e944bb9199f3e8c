// Softmax and label-smoothed cross entropy of rows of scores, and its gradient, on CPU.
#pragma once

#include <cstdint>

namespace naru::cpu {

struct CrossEntropy {
  int64_t vocabulary;
  float smoothing, scale;
};

struct TokenLoss {
  float smoothed = 0;  // (1 - ε) nll + ε mean over classes of -log p
  float nll = 0;       // -log p(target)
  bool correct = false;
};

/// scores [rows, vocabulary]; overwritten. Writes the losses and, unless `slopes` is null, the gradient times scale;
/// slopes may be the scores' own memory. Rows with a negative target get gradient 0 and no loss.
template <class T>
void cross_entropy(const CrossEntropy& entropy, float* scores, const int32_t* targets, T* slopes, TokenLoss* losses,
                   int64_t rows);

}  // namespace naru::cpu
