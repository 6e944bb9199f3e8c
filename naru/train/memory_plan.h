#pragma once

#include <cstdint>
#include <string>

#include "naru/ops/output_loss.h"
#include "naru/train/trainer.h"

namespace naru {

/// What training will hold, in bytes, before the first step. It depends on the model and the batch only, not on what
/// else the machine does.
struct MemoryPlan {
  int64_t program = 64'000'000;  // code, libraries, threads, the reader of the corpus
  int64_t weights = 0, gradients = 0, optimizer = 0;
  double activations_fixed = 0, activations_per_token = 0;  // per target token, with as many source tokens

  int64_t activations(int64_t part_tokens) const;
  int64_t total(int64_t part_tokens) const;
  /// The largest part of a batch, in source or target tokens, that stays below `limit`; without a limit (0) any. Error:
  /// not even the longest sentence fits. `limit_text` is the limit as the user wrote it.
  int64_t fit(int64_t longest_sentence, int64_t limit, const std::string& limit_text) const;
  /// "memory plan: program 64 MB + weights 83 MB + … = 838 MB"
  std::string summary(int64_t part_tokens) const;
};

/// Target tokens of the two batches that a plan is drawn through. The line through small ones lies above what large
/// ones take, since some of what they need does not grow on with them.
struct ProbeSizes {
  int64_t small = 96, large = 256;  // no more than the longest sentence takes anyway
};
constexpr ProbeSizes large_probes{output_chunk_rows, 2 * output_chunk_rows};

/// Counts the bytes that forward and backward take for two batches, of sentences of at most `longest` pieces, and draws
/// the line through them.
MemoryPlan measure_memory_plan(Trainer& trainer, Model& model, int64_t longest, const ProbeSizes& sizes = {});

/// "6G", "800M", "500000" → bytes. Error: not such a text.
int64_t parse_bytes(const std::string& text, const std::string& what);

}  // namespace naru
