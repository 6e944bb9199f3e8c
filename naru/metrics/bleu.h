// BLEU (Papineni et al. 2002), as sacreBLEU (Post 2018) computes it.
// 100 · min(1, exp(1 - r/c)) · exp(mean over n = 1 … 4 of ln p_n): c tokens in the hypotheses, r in the references
// (for each sentence the one closest in length, the shorter of two), p_n the share of n-grams that the references have.
#pragma once

#include <optional>
#include <string_view>

#include "naru/metrics/metric.h"
#include "naru/metrics/tokenization.h"

namespace naru {

/// What to do about orders without a match (Chen and Cherry 2014).
enum class Smoothing {
  none,   ///< the score is 0
  floor,  ///< their count becomes `smooth_value`, 0.1 by default
  add_k,  ///< `smooth_value`, 1 by default, is added to matches and totals of the orders above 1
  exp     ///< the k-th such order counts 1 / 2ᵏ matches: mteval's and the default
};
/// "none", "floor", "add-k", "exp". Error: lists these names.
Smoothing smoothing(std::string_view name);

struct BleuOptions {
  Tokenization tokenization = naru::tokenization("13a");
  bool lowercase = false;
  Smoothing smoothing = Smoothing::exp;
  std::optional<double> smooth_value = {};
  bool effective_order = false;  ///< leave out orders that the hypothesis is too short for; for single sentences
  int max_order = 4;
};

/// Parts: precisions, brevity_penalty, ratio, hypothesis_length, reference_length, counts, totals.
Metric bleu(const BleuOptions& options = {});

}  // namespace naru
