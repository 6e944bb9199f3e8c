#include "naru/lab/model_pair.h"

#include <cmath>

#include "naru/evaluate/evaluation.h"
#include "naru/lab/contenders.h"
#include "naru/lab/held_out_quality.h"

namespace naru {
namespace {

/// One trained model on the held-out pairs.
struct Measured {
  std::vector<PairScore> scores;
  Translated translations;

  double log_perplexity() const {
    double sum = 0;
    int64_t tokens = 0;
    for (const PairScore& one : scores) {
      sum -= one.log_probability;
      tokens += one.tokens;
    }
    return sum / static_cast<double>(tokens);
  }
};

Measured measured(Laboratory& laboratory, const ModelPair& pair, const std::string& setting, int64_t seed,
                  const std::vector<Pair>& held_out) {
  LaboratoryTraining training{.name = fmt::format("{}-{}-{}", pair.name, setting.substr(setting.find('=') + 1), seed),
                              .preset = pair.preset,
                              .settings = contender(pair.preset).settings,
                              .corpus = pair.corpus};
  for (const std::string& one : {setting, fmt::format("max_steps={}", pair.steps), fmt::format("seed={}", seed)})
    training.settings.push_back(one);
  const ModelFolder& folder = laboratory.train(training);
  laboratory.progress("measuring " + training.name);
  return {score_pairs(folder, held_out, 1024), translated(Translator(folder), held_out, 1)};
}

/// Per sentence the difference of log-probabilities over the mean number of tokens: their mean is the difference of ln
/// perplexities.
Interval log_perplexity_difference(const Measured& with, const Measured& without) {
  double tokens = 0;
  for (const PairScore& one : with.scores) tokens += static_cast<double>(one.tokens);
  tokens /= static_cast<double>(with.scores.size());
  std::vector<double> differences;
  for (size_t i = 0; i < with.scores.size(); ++i)
    differences.push_back((without.scores[i].log_probability - with.scores[i].log_probability) / tokens);
  return mean_of(differences);
}

/// Over seeds where there are several.
Interval over_seeds(const std::vector<Interval>& each) {
  if (each.size() == 1) return each[0];
  std::vector<double> values;
  for (const Interval& one : each) values.push_back(one.value);
  return mean_of(values);
}

void add(PairSide& side, const Measured& one, double share) {
  side.perplexity += share * std::exp(one.log_perplexity());
  side.bleu += share * one.translations.bleu();
}

}  // namespace

PairFindings compare(Laboratory& laboratory, const ModelPair& pair, const std::vector<Pair>& held_out) {
  PairFindings findings;
  std::vector<Interval> perplexities, bleus;
  const double share = 1 / static_cast<double>(laboratory.seeds().size());
  for (const int64_t seed : laboratory.seeds()) {
    const Measured with = measured(laboratory, pair, pair.with, seed, held_out),
                   without = measured(laboratory, pair, pair.without, seed, held_out);
    perplexities.push_back(log_perplexity_difference(with, without));
    bleus.push_back(bleu_difference(with.translations.statistics, without.translations.statistics));
    add(findings.with, with, share);
    add(findings.without, without, share);
  }
  findings.log_perplexity = over_seeds(perplexities);
  findings.bleu = over_seeds(bleus);
  return findings;
}

ModelPair source_reversal(const Laboratory& laboratory) {
  return {.name = "reversed",
          .preset = "seq2seq",
          .with = "reverse_source=true",
          .without = "reverse_source=false",
          .steps = laboratory.by_effort<int64_t>(100, 250, 1500)};
}

std::vector<std::vector<Json>> rows_of(const PairFindings& findings, const Bilingual& with, const Bilingual& without) {
  return {{to_json(without), findings.without.perplexity, findings.without.bleu},
          {to_json(with), findings.with.perplexity, findings.with.bleu}};
}

}  // namespace naru
