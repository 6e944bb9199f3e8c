// The end of a step of writing as one op: output projection, softmax and the best of each row, in chunks of outputs
// that stay in the cache, so that the scores [rows, vocabulary] never exist.
#pragma once

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

}  // namespace naru
