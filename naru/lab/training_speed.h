#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "naru/lab/speed.h"
#include "naru/models/registry.h"
#include "naru/train/trainer.h"

namespace naru {

/// Names of the geometries: base, small, lstm, lstm-attn. The Transformers have one tied vocabulary, last norms, and
/// dropout inside attention and feed-forward as torch.nn.Transformer; the recurrent ones are stacks of torch.nn.LSTM.
std::vector<std::string> bench_geometries();
ModelConfig bench_config(const std::string& geometry);

/// Training steps on 128 sentences of 32 tokens on both sides, the step of `naru train`; the floor is matrix FLOPs /
/// measured rate of the packed product. `precision`: f32 or bf16, as in training. `profile`: what the timed steps do is
/// counted (naru/base/profile.h).
Speed measure_training_speed(const std::string& geometry, const std::string& precision, int64_t repetitions,
                             bool profile = false);

/// Seconds of each of `count` steps on the batches that `next` makes: the trainer's, which `naru train` takes.
std::vector<double> timed_steps(Trainer& trainer, int64_t count, const std::function<Batch()>& next,
                                double learning_rate, int64_t part_tokens);

}  // namespace naru
