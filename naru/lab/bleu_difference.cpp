#include "naru/lab/bleu_difference.h"

#include <algorithm>
#include <array>

#include "naru/metrics/bleu.h"
#include "naru/metrics/bootstrap.h"

namespace naru {

Interval bleu_difference(const Statistics& system, const Statistics& other) {
  const std::array<Statistics, 2> both{other, system};
  const auto scores = resampled(both);
  std::vector<double> differences;
  for (size_t i = 0; i < scores[0].size(); ++i) differences.push_back(scores[1][i] - scores[0][i]);
  std::ranges::sort(differences);
  const auto last = static_cast<double>(differences.size() - 1);
  return {.value = system.corpus().value - other.corpus().value,
          .low = differences[static_cast<size_t>(0.025 * last)],
          .high = differences[static_cast<size_t>(0.975 * last)],
          .n = system.size()};
}

Translated translated(const Translator& translator, const std::vector<Pair>& pairs, int64_t beam) {
  std::vector<std::string> sources, references, lines;
  for (const Pair& pair : pairs) {
    sources.push_back(pair.source);
    references.push_back(pair.target);
  }
  for (Translation& translation : translator.translate(sources, {.search = {.beam = beam}}))
    lines.push_back(std::move(translation.best[0].text));
  return {lines, Statistics(bleu(), lines, {references})};
}

std::vector<Pair> pairs_of(const std::vector<Phrase>& phrases) {
  std::vector<Pair> pairs;
  for (const Phrase& phrase : phrases) pairs.push_back({phrase.korean, phrase.english});
  return pairs;
}

}  // namespace naru
