// The end of training's forward pass as one op: output projection, softmax and label-smoothed cross entropy, in chunks
// of rows, so that the scores [total, vocabulary] never exist whole.
#pragma once

#include <cstdint>

#include "naru/tensor/soft_targets.h"
#include "naru/tensor/tensor.h"

namespace naru {

/// Rows of a chunk at most: beyond them memory no longer grows with the rows.
inline constexpr int64_t output_chunk_rows = 512;

struct OutputLossOptions {
  float smoothing = 0;    // ε: the target gets 1 - ε, and every class ε / vocabulary (torch's label_smoothing)
  float scale = 1;        // of the loss and all gradients: 1 / target tokens of the global batch
  SoftTargets soft = {};  // q; none where the ids are empty
  float soft_weight = 0;  // λ: the loss of a token is (1 - λ) · smoothed cross entropy + λ · sum over j of -q_j log p_j
};

struct OutputLossResult {
  Tensor loss;          // [1]: scale · sum over tokens of the smoothed cross entropy, or of what it is mixed with
  double nll_sum = 0;   // sum of -log p(target), unscaled and unsmoothed: the perplexity's
  int64_t tokens = 0;   // targets that counted
  int64_t correct = 0;  // of these, targets with the highest score
};

/// hidden [total, d], weight [vocabulary, d] (f32 or bf16), bias [vocabulary] f32 or empty, targets i32 [total]; a
/// negative target does not count. While a tape lives the gradients are made on the way forward: those of weight and
/// bias are added to at once, so the loss must be what the tape goes back from, with gradient 1.
/// Soft targets are those of the distillation of words (Kim and Rush 2016, section 3.1).
/// Error: a target outside the vocabulary.
OutputLossResult output_loss(const Tensor& hidden, const Tensor& weight, const Tensor& bias, const Tensor& targets,
                             const OutputLossOptions& options = {});

}  // namespace naru
