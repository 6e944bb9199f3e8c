#include "naru/evaluate/validation.h"

#include <algorithm>

#include "naru/evaluate/metric_choice.h"
#include "naru/ops/output_loss.h"

namespace naru {
namespace {

/// The pairs as they stand (way 0), or with source and target exchanged (way 1).
std::vector<Pair> turned(std::vector<Pair> pairs, size_t way) {
  if (way == 1)
    for (Pair& pair : pairs) std::swap(pair.source, pair.target);
  return pairs;
}

}  // namespace

std::optional<WaitK> wait_of(const ModelConfig& model, const TokenizerPair& tokenizers) {
  const auto* config = std::get_if<TransformerConfig>(&model);
  if (!config || !config->waits()) return std::nullopt;
  return WaitK{WordBeginnings(*tokenizers.source), WordBeginnings(*tokenizers.target), config->wait_words()};
}

double negative_log_likelihood(const Model& model, const std::vector<Batch>& batches,
                               const std::optional<WaitK>& wait) {
  double sum = 0;
  int64_t tokens = 0;
  for (const Batch& batch : batches) {
    const auto state = model.decoder()->start(batch.source);
    constexpr uint64_t five = 4;  // where each batch of training draws its k
    if (wait) model.decoder()->limit(*state, wait->reach(batch, five));
    const Tensor hidden = model.decoder()->append(*state, batch.target_in);
    const Linear& output = model.decoder()->output();
    const OutputLossResult loss = output_loss(hidden, output.weight, output.bias, batch.target_out);
    sum += loss.nll_sum;
    tokens += loss.tokens;
  }
  return sum / static_cast<double>(std::max<int64_t>(tokens, 1));
}

Validation::Validation(const std::vector<Pair>& pairs, std::vector<Direction> directions, const SentenceMarks& marks,
                       int64_t sentences, int64_t most_tokens)
    : directions_(std::move(directions)), translated_(pairs) {
  std::vector<TokenPair> tokens;
  for (size_t way = 0; way < directions_.size(); ++way)
    std::ranges::move(encode_pairs(turned(translated_, way), *directions_[way].source, *directions_[way].target),
                      std::back_inserter(tokens));
  for (const TokenPair& pair : tokens)
    longest_ = std::max(longest_, static_cast<int64_t>(std::max(pair.source.size(), pair.target.size())) + 1);
  batch_tokens_ = std::min<int64_t>(2048, most_tokens);
  batches_ = batches_of(tokens, batch_tokens_, marks);
  translated_.resize(std::min(translated_.size(), static_cast<size_t>(sentences)));
}

std::map<std::string, double> Validation::measure(const Model& model, bool translate) const {
  std::map<std::string, double> values{{"dev_loss", negative_log_likelihood(model, batches_, wait_)}};
  if (!translate) return values;
  TranslationOptions greedy;
  greedy.search.beam = 1;
  greedy.search.batch_tokens = std::min(greedy.search.batch_tokens, batch_tokens_);
  std::vector<std::string> hypotheses, references;
  for (size_t way = 0; way < directions_.size(); ++way) {
    std::vector<std::string> lines;
    for (Pair& pair : turned(translated_, way)) {
      lines.push_back(std::move(pair.source));
      references.push_back(std::move(pair.target));
    }
    const Translator translator(model, *directions_[way].source, *directions_[way].target);
    for (Translation& translation : translator.translate(lines, greedy))
      hypotheses.push_back(std::move(translation.best[0].text));
  }
  MetricChoice choice;
  choice.metric = {"bleu", "chrf"};
  for (const Metric& metric : chosen_metrics(choice))
    values[metric.name] = Statistics(metric, hypotheses, {references}).corpus().value;
  return values;
}

}  // namespace naru
