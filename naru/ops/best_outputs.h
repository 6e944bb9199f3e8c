// The end of a step of writing as one op: output projection, softmax and the best of each row, in chunks of outputs
// that stay in the cache, so that the scores [rows, vocabulary] never exist.
#pragma once

#include <span>
#include <vector>

#include "naru/ops/cpu/product.h"
#include "naru/tensor/tensor.h"

namespace naru {

/// The best of each row, in falling order; of equals the lower id.
struct BestOutputs {
  Tensor log_probabilities;  // [rows, count]
  Tensor ids;                // i32 [rows, count]
};

/// The largest of log_softmax(hidden Wᵀ + bias) in each row. hidden [rows, d], weight [vocabulary, d] (f32, bf16 or
/// in panels), bias [vocabulary] f32 or empty, count ≤ vocabulary. A row's result depends on that row only, bit for
/// bit. Gives no gradients.
BestOutputs best_outputs(const Tensor& hidden, const Tensor& weight, const Tensor& bias, int64_t count);

/// The same of numbers that are there: the `count` largest of each row of x [rows, columns] f32.
BestOutputs best_columns(const Tensor& x, int64_t count);

/// Some of a projection's outputs, copied out and packed once: those that a sentence may write.
struct ChosenOutputs {
  /// `ids`: at least one, rising.
  ChosenOutputs(const Tensor& weight, const Tensor& bias, std::vector<int32_t> ids);

  std::vector<int32_t> ids;
  cpu::PackedMatrix weight;
  std::vector<float> bias;  // of each id, or empty
};
/// So many rows of `hidden`, which stand one after the other, choose from these.
struct ChoosingRows {
  int64_t rows;
  const ChosenOutputs& outputs;
};
/// The same of rows that each see their own outputs only: log-probabilities are normalised over those. Where they are
/// fewer than `count`, ids end with -1, whose log-probability is -inf.
BestOutputs best_outputs(const Tensor& hidden, std::span<const ChoosingRows> choosing, int64_t count);

}  // namespace naru
