#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "naru/data/pairs.h"
#include "naru/evaluate/metric_choice.h"
#include "naru/evaluate/simultaneous.h"
#include "naru/evaluate/translator.h"
#include "naru/generate/ensemble.h"

namespace naru {

/// A test set translated and measured.
struct Evaluation {
  std::vector<Score> scores;  // in the order of the choice
  std::vector<std::string> hypotheses;
  double seconds = 0;  // of translating
  int64_t target_tokens = 0;
  std::optional<Lagging> lagging;               // of an interpreter
  std::vector<Interpretation> interpretations;  // likewise
};
Evaluation evaluate(const Translator& translator, const std::vector<Pair>& pairs, const MetricChoice& choice,
                    const TranslationOptions& options);

/// The same while the speaker still speaks; target tokens are the words written.
Evaluation evaluate(const ModelFolder& folder, const Policy& policy, const std::vector<Pair>& pairs,
                    const MetricChoice& choice, const TranslationOptions& options);

/// What the model says before each token of the batch's targets.
Voice voice_over(const Model& model, const Batch& batch);
/// Log-probability of each token of each target, end of sentence included.
std::vector<std::vector<float>> target_log_probabilities(const Model& model, const Batch& batch);

/// Log-probabilities of given targets.
struct PairScore {
  double log_probability = 0;
  int64_t tokens = 0;  // end of sentence included
};
/// By the mean of the models' probabilities. Error: they write other pieces.
std::vector<PairScore> score_pairs(std::span<const ModelFolder> ensemble, const std::vector<Pair>& pairs,
                                   int64_t batch_tokens);
inline std::vector<PairScore> score_pairs(const ModelFolder& folder, const std::vector<Pair>& pairs,
                                          int64_t batch_tokens) {
  return score_pairs(std::span(&folder, 1), pairs, batch_tokens);
}

}  // namespace naru
