#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "naru/models/registry.h"
#include "naru/train/trainer.h"

namespace naru {

/// Training steps on fixed shapes with random weights: 128 sentences of 32 tokens on both sides, the step of `naru
/// train`.
struct TrainingSpeed {
  double target_tokens_per_second = 0;  // median
  std::vector<double> repetitions;
  int64_t parameters = 0;
  double floor_ratio = 0;  // time / (matrix FLOPs / measured rate of the packed product)
  double gemm_share = 0;   // tokens per second × 6 × matrix weights / measured rate
  int64_t peak_bytes = 0;  // of the process
};

/// Names of the geometries: base, small, lstm, lstm-attn. The Transformers have one tied vocabulary, last norms, and
/// dropout inside attention and feed-forward as torch.nn.Transformer; the recurrent ones are stacks of torch.nn.LSTM.
std::vector<std::string> bench_geometries();
ModelConfig bench_config(const std::string& geometry);

/// `precision`: f32 or bf16, as in training. `profile`: what the timed steps do is counted (naru/base/profile.h).
TrainingSpeed measure_training_speed(const std::string& geometry, const std::string& precision, int64_t repetitions,
                                     bool profile = false);

/// Seconds of each of `count` steps on the batches that `next` makes: the trainer's, which `naru train` takes.
std::vector<double> timed_steps(Trainer& trainer, int64_t count, const std::function<Batch()>& next,
                                double learning_rate, int64_t part_tokens);

/// Bytes of memory that this process has had resident at most.
int64_t peak_resident_bytes();

}  // namespace naru
