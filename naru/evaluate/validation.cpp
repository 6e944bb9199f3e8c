#include "naru/evaluate/validation.h"

#include <algorithm>

#include "naru/evaluate/metric_choice.h"
#include "naru/ops/output_loss.h"

namespace naru {

double negative_log_likelihood(const Model& model, const std::vector<Batch>& batches) {
  double sum = 0;
  int64_t tokens = 0;
  for (const Batch& batch : batches) {
    const auto state = model.decoder()->start(batch.source);
    const Tensor hidden = model.decoder()->append(*state, batch.target_in);
    const Linear& output = model.decoder()->output();
    const OutputLossResult loss = output_loss(hidden, output.weight, output.bias, batch.target_out);
    sum += loss.nll_sum;
    tokens += loss.tokens;
  }
  return sum / static_cast<double>(std::max<int64_t>(tokens, 1));
}

Validation::Validation(const std::vector<Pair>& pairs, const Tokenizer& source, const Tokenizer& target,
                       const SentenceMarks& marks, int64_t sentences)
    : source_(source), target_(target) {
  std::vector<Pair> usable;
  std::ranges::copy_if(pairs, std::back_inserter(usable),
                       [](const Pair& pair) { return !pair.source.empty() && !pair.target.empty(); });
  constexpr int64_t batch_tokens = 2048;
  batches_ = batches_of(encode_pairs(usable, source, target), batch_tokens, marks);
  usable.resize(std::min(usable.size(), static_cast<size_t>(sentences)));
  for (const Pair& pair : usable) {
    lines_.push_back(pair.source);
    references_.push_back(pair.target);
  }
}

std::map<std::string, double> Validation::measure(const Model& model, bool translate) const {
  std::map<std::string, double> values{{"dev_loss", negative_log_likelihood(model, batches_)}};
  if (!translate) return values;
  TranslationOptions greedy;
  greedy.search.beam = 1;
  std::vector<std::string> hypotheses;
  for (Translation& translation : Translator(model, source_, target_).translate(lines_, greedy))
    hypotheses.push_back(std::move(translation.best[0].text));
  MetricChoice choice;
  choice.metric = {"bleu", "chrf"};
  for (const Metric& metric : chosen_metrics(choice))
    values[metric.name] = Statistics(metric, hypotheses, {references_}).corpus().value;
  return values;
}

}  // namespace naru
