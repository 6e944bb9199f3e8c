#include "naru/promise/yardstick.h"

#include <algorithm>
#include <cmath>

#include "naru/base/error.h"
#include "naru/metrics/bootstrap.h"

namespace naru {
namespace {

/// 1 - 0.01 / n of a normal distribution lies below, for n sequences.
constexpr double confidence_deviations[] = {0, 2.326, 2.576, 2.713};
constexpr size_t scored_pairs = 256;
constexpr int64_t batch_tokens = 512;

MetricChoice choice_of(const PromiseOptions& options) {
  MetricChoice choice;
  choice.metric = {options.metric};
  choice.tokenize = options.tokenize;
  return choice;
}

/// Of baseline score - score over the same resamples.
double deviation_of_drop(const Statistics& baseline, const Statistics& statistics) {
  const auto values = resampled(std::vector<Statistics>{baseline, statistics});
  double sum = 0, squares = 0;
  for (size_t i = 0; i < values[0].size(); ++i) {
    const double drop = values[0][i] - values[1][i];
    sum += drop;
    squares += drop * drop;
  }
  const auto samples = static_cast<double>(values[0].size());
  return std::sqrt(std::max(0.0, (squares - sum * sum / samples) / (samples - 1)));
}

}  // namespace

std::vector<Pair> spread(const std::vector<Pair>& pairs, size_t most) {
  std::vector<Pair> some;
  const size_t step = std::max<size_t>(1, pairs.size() / most);
  for (size_t i = 0; i < pairs.size(); i += step)
    if (!pairs[i].source.empty() && !pairs[i].target.empty()) some.push_back(pairs[i]);
  return some;
}

Yardstick::Yardstick(const ModelFolder& folder, const PromiseOptions& options, int64_t sequences)
    : options_(options),
      sequences_(sequences),
      pairs_(read_pairs({options.dev, options.swap, {}})),
      direction_{folder.source, folder.target, {}} {
  NARU_CHECK(sequences >= 1 && sequences <= 3, "yardstick: {} sequences of candidates", sequences);
  if (options.swap && folder.reverse) direction_ = *folder.reverse;
  batches_ = batches_of(encode_pairs(spread(pairs_, scored_pairs), *direction_.source, *direction_.target),
                        batch_tokens, marks_of(folder.model->vocabulary()));
  if (batches_.empty()) fail("{}: has no pair with two sides to measure on", options.dev[0]);
  const Translated translated = translate(*folder.model);
  statistics_ = translated.statistics;
  const Score score = statistics_->corpus();
  label_ = score.label;
  baseline_ = {.score = score.value, .tokens_per_second = translated.tokens_per_second};
}

Yardstick::Translated Yardstick::translate(const Model& model) const {
  TranslationOptions translation;
  translation.search.beam = options_.beam;
  const MetricChoice choice = choice_of(options_);
  const Evaluation result =
      evaluate(Translator(model, *direction_.source, *direction_.target), pairs_, choice, translation);
  std::vector<std::string> references;
  for (const Pair& pair : pairs_) references.push_back(pair.target);
  return {Statistics(chosen_metrics(choice)[0], result.hypotheses, {references}),
          static_cast<double>(result.target_tokens) / std::max(result.seconds, 1e-9)};
}

Quality Yardstick::measure(const Model& model) const {
  const Translated translated = translate(model);
  const double score = translated.statistics.corpus().value, drop = baseline_.score - score;
  const double unseen = baseline_.score / (4 * static_cast<double>(pairs_.size()));
  const double noise = std::hypot(deviation_of_drop(*statistics_, translated.statistics), unseen);
  return {.score = score,
          .drop = drop,
          .bound = drop + confidence_deviations[sequences_] * std::sqrt(2.0) * noise,
          .tokens_per_second = translated.tokens_per_second};
}

double Yardstick::loss(const Model& model) const {
  double sum = 0;
  int64_t tokens = 0;
  for (const Batch& batch : batches_)
    for (const std::vector<float>& logs : target_log_probabilities(model, batch)) {
      for (const float log : logs) sum -= static_cast<double>(log);
      tokens += std::ssize(logs);
    }
  return sum / static_cast<double>(tokens);
}

std::string Yardstick::text(const Quality& quality) const {
  return fmt::format("{} {:.2f}, a drop of {:.2f}, up to {:.2f}", label_, quality.score, quality.drop, quality.bound);
}

}  // namespace naru
