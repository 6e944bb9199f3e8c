#include "naru/evaluate/metric_choice.h"

#include <algorithm>

#include "naru/base/error.h"
#include "naru/metrics/bleu.h"
#include "naru/metrics/chrf.h"
#include "naru/metrics/ter.h"
#include "naru/text/korean/splitter.h"

namespace naru {
namespace {

Metric chosen_bleu(const MetricChoice& choice, bool for_sentences) {
  BleuOptions options{.tokenization = chosen_tokenization(choice.tokenize),
                      .lowercase = choice.lowercase,
                      .smoothing = smoothing(choice.smooth_method),
                      .effective_order = for_sentences};
  if (choice.smooth_value > 0) options.smooth_value = choice.smooth_value;
  return bleu(options);
}

Metric chosen_chrf(const MetricChoice& choice) {
  return chrf({.char_order = static_cast<int>(choice.char_order),
               .word_order = static_cast<int>(choice.word_order),
               .beta = static_cast<int>(choice.beta),
               .lowercase = choice.lowercase,
               .whitespace = choice.whitespace,
               .eps_smoothing = choice.eps_smoothing});
}

Metric chosen_ter(const MetricChoice& choice) {
  return ter({.normalized = choice.normalized,
              .no_punctuation = choice.no_punctuation,
              .asian_support = choice.asian_support,
              .case_sensitive = choice.case_sensitive});
}

}  // namespace

std::vector<Metric> chosen_metrics(const MetricChoice& choice, bool for_sentences) {
  std::vector<Metric> metrics;
  for (const std::string& name : choice.metric) {
    if (std::ranges::find(metrics, name, &Metric::name) != metrics.end()) continue;
    if (name == "bleu")
      metrics.push_back(chosen_bleu(choice, for_sentences));
    else if (name == "chrf")
      metrics.push_back(chosen_chrf(choice));
    else if (name == "ter")
      metrics.push_back(chosen_ter(choice));
    else
      fail("metric '{}' is unknown; one of bleu, chrf, ter", name);
  }
  return metrics;
}

Tokenization chosen_tokenization(const std::string& name) {
  if (name == "ko") return {"naru-ko-1", korean_tokenize};
  return tokenization(name);
}

}  // namespace naru
