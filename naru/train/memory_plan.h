#pragma once

#include <cstdint>
#include <string>

#include "naru/train/trainer.h"

namespace naru {

/// What training will hold, in bytes, before the first step. It depends on the model and the batch only, not on what
/// else the machine does.
struct MemoryPlan {
  int64_t weights = 0, gradients = 0, optimizer = 0;
  double activations_fixed = 0, activations_per_token = 0;  // per target token, with as many source tokens

  int64_t total(int64_t part_tokens) const;
  /// The largest part of a batch that stays below `limit` (0: no limit). Error: not even a short sentence fits.
  int64_t fit(int64_t batch_tokens, int64_t limit) const;
  /// "memory: weights 83 MB + gradients 83 MB + … = 774 MB"
  std::string summary(int64_t part_tokens) const;
};

/// Counts the bytes that forward and backward take for two small batches, and draws the line through them.
MemoryPlan measure_memory_plan(Trainer& trainer, Model& model);

/// "6G", "800M", "500000" → bytes. Error: not such a text.
int64_t parse_bytes(const std::string& text, const std::string& what);

}  // namespace naru
