#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "naru/data/wait_k.h"
#include "naru/evaluate/translator.h"

namespace naru {

/// A development set, measured again and again while a model is trained.
class Validation {
 public:
  /// The pairs, none with an empty side, in each direction. `sentences`: how many of them are translated for bleu and
  /// chrf, from the beginning; `most_tokens`: the largest batch that memory allows.
  Validation(const std::vector<Pair>& pairs, std::vector<Direction> directions, const SentenceMarks& marks,
             int64_t sentences, int64_t most_tokens);

  /// From here on dev_loss is that of wait-k; where training draws its k, of k = 5.
  void wait(WaitK rule) { wait_.emplace(std::move(rule)); }
  /// Tokens of the longest sentence, its end included.
  int64_t longest() const { return longest_; }
  /// "dev_loss" (negative log-likelihood per target token), and with `translate` "bleu" and "chrf" of greedy
  /// translations.
  std::map<std::string, double> measure(const Model& model, bool translate) const;

 private:
  std::vector<Direction> directions_;
  int64_t batch_tokens_, longest_ = 0;
  std::vector<Batch> batches_;
  std::vector<Pair> translated_;
  std::optional<WaitK> wait_;
};

/// How a model that is trained for wait-k reads; nothing for others.
std::optional<WaitK> wait_of(const ModelConfig& model, const TokenizerPair& tokenizers);

/// Negative log-likelihood per target token, teacher-forced, without dropout or smoothing.
double negative_log_likelihood(const Model& model, const std::vector<Batch>& batches,
                               const std::optional<WaitK>& wait = std::nullopt);

}  // namespace naru
