#include "naru/lab/translated_share.h"

#include "naru/evaluate/translator.h"

namespace naru {

int64_t count_exact(const ModelFolder& folder, const std::vector<Phrase>& sentences) {
  std::vector<std::string> lines;
  for (const Phrase& phrase : sentences) lines.push_back(phrase.korean);
  TranslationOptions greedy;
  greedy.search.beam = 1;
  const auto translations = Translator(folder).translate(lines, greedy);
  int64_t exact = 0;
  for (size_t i = 0; i < sentences.size(); ++i) exact += translations[i].best[0].text == sentences[i].english;
  return exact;
}

}  // namespace naru
