#include "naru/lab/held_out_quality.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "naru/metrics/bleu.h"
#include "naru/metrics/bootstrap.h"

namespace naru {

int64_t count_exact(const Lines& translations, const std::vector<Phrase>& sentences) {
  int64_t exact = 0;
  for (size_t i = 0; i < sentences.size(); ++i) exact += translations[i] == sentences[i].english;
  return exact;
}

Statistics bleu_statistics(const Lines& translations, const std::vector<Pair>& pairs) {
  Lines references;
  for (const Pair& pair : pairs) references.push_back(pair.target);
  return {bleu(), translations, {references}};
}

Translated translated(const Translator& translator, const std::vector<Pair>& pairs, int64_t beam) {
  Lines sources, lines;
  for (const Pair& pair : pairs) sources.push_back(pair.source);
  for (Translation& translation : translator.translate(sources, {.search = {.beam = beam}}))
    lines.push_back(std::move(translation.best[0].text));
  return {lines, bleu_statistics(lines, pairs)};
}

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

std::vector<Pair> pairs_of(const std::vector<Phrase>& phrases) {
  std::vector<Pair> pairs;
  for (const Phrase& phrase : phrases) pairs.push_back({phrase.korean, phrase.english});
  return pairs;
}

int64_t word_count(const Phrase& phrase) { return 1 + std::ranges::count(phrase.korean, ' '); }

std::vector<Phrase> sentences_near(int64_t words, int64_t count, uint64_t seed) {
  const PhraseSplit split = words > longest_training_phrase ? PhraseSplit::long_sentences : PhraseSplit::test;
  std::vector<Phrase> all = phrases({.pairs = 20 * count, .seed = seed, .split = split});
  std::ranges::stable_sort(all, {}, [&](const Phrase& phrase) { return std::abs(word_count(phrase) - words); });
  all.resize(std::min(all.size(), static_cast<size_t>(count)));
  return all;
}

}  // namespace naru
