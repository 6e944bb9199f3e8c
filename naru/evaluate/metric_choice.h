// The metrics that a user chose by name, with their options: what `naru metrics`, `naru evaluate` and training's
// validation share.
#pragma once

#include <string>
#include <vector>

#include "naru/base/fields.h"
#include "naru/metrics/metric.h"
#include "naru/metrics/tokenization.h"

namespace naru {

/// Names and options as on the command line; they mean what they mean in sacreBLEU.
struct MetricChoice {
  std::vector<std::string> metric{"bleu"};
  std::string tokenize = "13a";
  bool lowercase = false;
  std::string smooth_method = "exp";
  double smooth_value = 0;
  int64_t word_order = 0, char_order = 6, beta = 2;
  bool whitespace = false, eps_smoothing = false;
  bool normalized = false, no_punctuation = false, asian_support = false, case_sensitive = false;

  void fields(auto&& field) {
    field("metric", metric, "what to compute", one_of({"bleu", "chrf", "ter"}));
    field("tokenize", tokenize, "BLEU: tokenization", one_of({"13a", "intl", "char", "ko", "none"}));
    field("lowercase", lowercase, "BLEU, chrF: ignore case");
    field("smooth-method", smooth_method, "BLEU: orders without a match", one_of({"exp", "floor", "add-k", "none"}));
    field("smooth-value", smooth_value, "BLEU: for floor and add-k; 0 = 0.1 and 1", at_least(0));
    field("word-order", word_order, "chrF: longest word n-gram; 2 is chrF++", between(0, 9));
    field("char-order", char_order, "chrF: longest character n-gram", between(1, 99));
    field("beta", beta, "chrF: recall counts beta² times as much as precision", between(1, 99));
    field("whitespace", whitespace, "chrF: white space counts as a character");
    field("eps-smoothing", eps_smoothing, "chrF: smooth as chrF++.py does");
    field("normalized", normalized, "TER: split punctuation, restore XML entities");
    field("no-punctuation", no_punctuation, "TER: remove punctuation");
    field("asian-support", asian_support, "TER: split ideographs, know Asian punctuation");
    field("case-sensitive", case_sensitive, "TER: do not lower-case");
  }
};

/// The metrics in the order of `choice.metric`, each once. With `for_sentences` BLEU takes the effective order.
/// Error: names the unknown metric, tokenization or smoothing.
std::vector<Metric> chosen_metrics(const MetricChoice& choice, bool for_sentences = false);

/// A tokenization by its name on the command line: `ko` is ours for Korean, `naru-ko-1` in signatures.
Tokenization chosen_tokenization(const std::string& name);

}  // namespace naru
