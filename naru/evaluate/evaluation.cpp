#include "naru/evaluate/evaluation.h"

#include <chrono>

#include "naru/data/batch.h"

namespace naru {

namespace {

/// `translate` fills in the hypotheses of the lines, and what it counts besides.
template <class Translate>
Evaluation measured(const std::vector<Pair>& pairs, const MetricChoice& choice, Translate&& translate) {
  std::vector<std::string> lines, references;
  for (const Pair& pair : pairs) {
    lines.push_back(pair.source);
    references.push_back(pair.target);
  }
  Evaluation result;
  const auto begin = std::chrono::steady_clock::now();
  translate(lines, result);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  for (const Metric& metric : chosen_metrics(choice))
    result.scores.push_back(Statistics(metric, result.hypotheses, {references}).corpus());
  return result;
}

}  // namespace

Evaluation evaluate(const Translator& translator, const std::vector<Pair>& pairs, const MetricChoice& choice,
                    const TranslationOptions& options) {
  return measured(pairs, choice, [&](const std::vector<std::string>& lines, Evaluation& result) {
    for (Translation& translation : translator.translate(lines, options)) {
      result.target_tokens += translation.best[0].tokens;
      result.hypotheses.push_back(std::move(translation.best[0].text));
    }
  });
}

Evaluation evaluate(const ModelFolder& folder, const Policy& policy, const std::vector<Pair>& pairs,
                    const MetricChoice& choice, const TranslationOptions& options) {
  return measured(pairs, choice, [&](const std::vector<std::string>& lines, Evaluation& result) {
    result.interpretations = interpret(folder, lines, policy, options);
    for (const Interpretation& one : result.interpretations) {
      result.target_tokens += std::ssize(one.heard);
      result.hypotheses.push_back(one.text);
    }
    result.lagging = lagging_of(result.interpretations, pairs);
  });
}

Voice voice_over(const Model& model, const Batch& batch) {
  const Decoder& decoder = *model.decoder();
  const auto state = decoder.start(batch.source);
  return {decoder.append(*state, batch.target_in), decoder.output()};
}

namespace {

std::vector<std::vector<float>> target_log_probabilities(std::span<const Voice> voices, const Batch& targets) {
  const Tensor logs = log_probabilities_of(voices);  // [total, vocabulary]
  const Offsets& offsets = targets.target_in.offsets;
  std::vector<std::vector<float>> found(static_cast<size_t>(offsets.count()));
  for (int64_t i = 0; i < offsets.count(); ++i)
    for (int64_t token = offsets.begin(i); token < offsets.end(i); ++token)
      found[static_cast<size_t>(i)].push_back(
          logs.data()[token * logs.dim(1) + targets.target_out.data<int32_t>()[token]]);
  return found;
}

}  // namespace

std::vector<std::vector<float>> target_log_probabilities(const Model& model, const Batch& batch) {
  const Voice voice = voice_over(model, batch);
  return target_log_probabilities(std::span(&voice, 1), batch);
}

std::vector<PairScore> score_pairs(std::span<const ModelFolder> ensemble, const std::vector<Pair>& pairs,
                                   int64_t batch_tokens) {
  std::vector<std::vector<TokenPair>> tokens;  // of each model
  for (const ModelFolder& folder : ensemble) {
    check_same_target(ensemble[0], folder);
    tokens.push_back(encode_pairs(pairs, *folder.source, *folder.target));
  }
  const auto marks = [&](size_t model) { return marks_of(ensemble[model].model->vocabulary()); };
  std::vector<PairScore> scores;
  for (const Batch& batch : split(make_batch(tokens[0], marks(0)), batch_tokens)) {
    std::vector<Voice> voices{voice_over(*ensemble[0].model, batch)};
    for (size_t i = 1; i < ensemble.size(); ++i) {
      const auto same = std::span(tokens[i]).subspan(scores.size(), static_cast<size_t>(batch.count()));
      voices.push_back(voice_over(*ensemble[i].model, make_batch(same, marks(i))));
    }
    for (const std::vector<float>& logs : target_log_probabilities(voices, batch)) {
      PairScore score{.tokens = static_cast<int64_t>(logs.size())};
      for (const float log : logs) score.log_probability += static_cast<double>(log);
      scores.push_back(score);
    }
  }
  return scores;
}

}  // namespace naru
