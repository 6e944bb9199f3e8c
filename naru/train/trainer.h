// One optimizer step: loss → gradients → clip → step. `naru train`, the benchmarks and the laboratory all run this
// class.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "naru/data/wait_k.h"
#include "naru/models/model.h"
#include "naru/ops/output_loss.h"
#include "naru/tensor/tape.h"
#include "naru/train/config.h"
#include "naru/train/gradient_sum.h"
#include "naru/train/optimizer.h"
#include "naru/train/weight_rounding.h"

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
  /// Of several ranks each computes its share of every batch. Model and ranks must outlive the trainer.
  Trainer(Model& model, const TrainConfig& config, const Ranks& ranks = Ranks::alone());
  /// So much of the loss is that against the distributions that batches come with, where they do.
  void learn_from_teacher(double weight) { soft_weight_ = static_cast<float>(weight); }
  /// From here on each target word is learned from the part of the source that wait-k has read by then.
  void wait(WaitK rule) { wait_.emplace(std::move(rule)); }

  /// Steps once on a batch, which is split into parts of at most `part_tokens` target tokens whose gradients add up:
  /// the split changes memory, not the result beyond rounding. A non-finite loss or gradient steps nothing and says so.
  StepResult step(const Batch& batch, double learning_rate, int64_t part_tokens);
  /// Loss and gradients of a batch without a step; gradients stay in the parameters (of several ranks, the sum of the
  /// rank's part of each block).
  StepResult gradients(const Batch& batch, int64_t part_tokens, uint64_t step);
  /// Forward and backward of a batch on this rank alone: shows what memory it takes.
  void rehearse(const Batch& batch);

  /// The model as `quantize` has it compute, for as long as the result lives; without it nothing changes.
  WeightRounding::Rounded rounded_weights() const { return WeightRounding::Rounded(rounding_); }

  Optimizer& optimizer() { return optimizer_; }
  const Optimizer& optimizer() const { return optimizer_; }

 private:
  TapeOptions tape_options(uint64_t step) const;
  /// The loss of a part: `scale` times its sum over tokens.
  OutputLossOptions loss_options(const Batch& part, double scale) const;
  /// Adds a part's gradients to those of the parameters, and its loss and nll, scaled, to `sums`.
  void add_gradients(const Batch& part, Tape& tape, const OutputLossOptions& loss, std::array<double, 2>& sums) const;

  Model& model_;
  TrainConfig config_;
  const Ranks& ranks_;
  Optimizer optimizer_;
  WeightRounding rounding_;
  GradientSum gradient_sum_;
  float soft_weight_ = 0;
  std::optional<WaitK> wait_;
};

}  // namespace naru
