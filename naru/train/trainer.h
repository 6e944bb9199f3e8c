// One optimizer step: loss → gradients → clip → step. `naru train`, the benchmarks and the laboratory all run this
// class.
#pragma once

#include <cstdint>
#include <vector>

#include "naru/data/batch.h"
#include "naru/models/model.h"
#include "naru/train/config.h"
#include "naru/train/optimizer.h"

namespace naru {

struct StepResult {
  double loss = 0;           // label-smoothed, per target token
  double nll = 0;            // plain, per target token: perplexity = exp(nll)
  double gradient_norm = 0;  // before clipping
  int64_t target_tokens = 0;
  bool finite = true;  // false: nothing was stepped
};

class Trainer {
 public:
  Trainer(Model& model, const TrainConfig& config);

  /// Steps once on a batch, which is split into parts of at most `part_tokens` target tokens whose gradients add up:
  /// the split changes memory, not the result beyond rounding. A non-finite loss or gradient steps nothing and says so.
  StepResult step(const Batch& batch, double learning_rate, int64_t part_tokens);
  /// Loss and gradients of a batch without a step; gradients stay in the parameters.
  StepResult gradients(const Batch& batch, int64_t part_tokens, uint64_t step);

  Optimizer& optimizer() { return optimizer_; }
  const Optimizer& optimizer() const { return optimizer_; }

 private:
  Model& model_;
  TrainConfig config_;
  Optimizer optimizer_;
};

}  // namespace naru
