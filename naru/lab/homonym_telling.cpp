#include "naru/lab/homonym_telling.h"

#include <algorithm>

#include "naru/lab/contrast.h"
#include "naru/lab/encoder_rows.h"

namespace naru {
namespace {

bool says_one_or_many(const std::string& text, const std::string& words) {
  return says(text, words) || says(text, words + "s");
}

SenseSaid sense_said(bool sense, bool other) {
  return sense && !other ? SenseSaid::right : other && !sense ? SenseSaid::wrong : SenseSaid::neither;
}

int looks_most_at(const std::vector<double>& row, int itself) {
  int best = -1;
  for (int word = 0; word + 1 < static_cast<int>(row.size()); ++word)
    if (word != itself && (best < 0 || row[static_cast<size_t>(word)] > row[static_cast<size_t>(best)])) best = word;
  return best;
}

}  // namespace

SenseSaid sense_in_english(const std::string& text, const HomonymSentence& sentence) {
  return sense_said(says_one_or_many(text, sentence.sense), says_one_or_many(text, sentence.other));
}

SenseSaid sense_in_korean(const std::string& text, const HomonymSentence& sentence) {
  return sense_said(text.find(sentence.sense) != std::string::npos, text.find(sentence.other) != std::string::npos);
}

void tell_senses(const ModelFolder& folder, const Laboratory& laboratory, const std::vector<HomonymPair>& pairs,
                 SenseReader read, ToldSenses& told) {
  std::vector<std::string> lines;
  for (const HomonymPair& pair : pairs)
    for (const std::string* line : {&pair.first.source, &pair.second.source, &pair.without_cue}) lines.push_back(*line);
  const std::vector<std::string> written = write_greedily(folder, laboratory, lines);
  for (size_t i = 0; i < pairs.size(); ++i)
    for (const HomonymSentence* sentence : {&pairs[i].first, &pairs[i].second}) {
      const bool second = sentence == &pairs[i].second;
      const SenseSaid said = read(written[3 * i + second], *sentence);
      told.sentences.push_back(*sentence);
      told.with_cue.push_back(said == SenseSaid::right);
      told.any.push_back(said != SenseSaid::neither);
      told.without_cue.push_back(read(written[3 * i + 2], *sentence) == SenseSaid::right);
    }
}

LooksAtCue looks_at_cue(const ModelFolder& folder, const Laboratory& laboratory, const std::vector<HomonymPair>& pairs,
                        size_t most) {
  LooksAtCue looks;
  const size_t step = std::max<size_t>(1, pairs.size() / most);
  for (size_t i = 0; i < pairs.size(); i += step)
    for (const HomonymSentence* sentence : {&pairs[i].first, &pairs[i].second}) {
      laboratory.rest();
      const Looks all = self_looks(folder, sentence->source);
      looks.hits += looks_most_at(all[static_cast<size_t>(sentence->word)], sentence->word) == sentence->cue;
      looks.chance += 1.0 / static_cast<double>(all.size() - 1);
      ++looks.trials;
    }
  looks.chance /= static_cast<double>(looks.trials);
  return looks;
}

}  // namespace naru
