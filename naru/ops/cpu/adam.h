#pragma once

#include <cstdint>

namespace naru::cpu {

/// One step's constants of Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019).
struct AdamStep {
  float learning_rate, beta1, beta2, epsilon;
  float correction1, correction2;  // 1 - beta^step
  float decay;                     // added to the gradient (Adam) or taken from the weight (AdamW)
  bool decoupled;                  // AdamW
  float gradient_scale;            // from clipping
  float average_decay;             // of the moving average of weights
};

/// Everything that a step does to `count` weights, in one sweep over memory; `average` may be null.
void adam(const AdamStep& step, float* weight, const float* gradient, float* mean, float* variance, float* average,
          int64_t count);

}  // namespace naru::cpu
