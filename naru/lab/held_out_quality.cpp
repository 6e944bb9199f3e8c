#include "naru/lab/held_out_quality.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "naru/evaluate/translator.h"
#include "naru/metrics/bleu.h"
#include "naru/metrics/bootstrap.h"

namespace naru {

Lines translate_all(const ModelFolder& folder, const std::vector<Phrase>& sentences) {
  Lines lines, texts;
  for (const Phrase& phrase : sentences) lines.push_back(phrase.korean);
  TranslationOptions greedy;
  greedy.search.beam = 1;
  for (Translation& translation : Translator(folder).translate(lines, greedy))
    texts.push_back(std::move(translation.best[0].text));
  return texts;
}

int64_t count_exact(const Lines& translations, const std::vector<Phrase>& sentences) {
  int64_t exact = 0;
  for (size_t i = 0; i < sentences.size(); ++i) exact += translations[i] == sentences[i].english;
  return exact;
}

Statistics bleu_statistics(const Lines& translations, const std::vector<Phrase>& sentences) {
  Lines references;
  for (const Phrase& phrase : sentences) references.push_back(phrase.english);
  return {bleu(), translations, {references}};
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
