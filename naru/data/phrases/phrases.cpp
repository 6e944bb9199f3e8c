#include "naru/data/phrases/phrases.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "naru/base/error.h"
#include "naru/base/json.h"
#include "naru/base/random.h"
#include "naru/data/phrases/annotate.h"
#include "naru/data/phrases/lecture.h"

namespace naru {
namespace {
constexpr std::array<std::string_view, 6> split_names = {"train", "dev", "test", "compose", "long", "lecture"};

/// FNV-1a, then mixed: stable on every machine.
uint64_t hash(std::string_view text, uint64_t salt) {
  uint64_t h = 0xcbf29ce484222325u;
  for (const unsigned char c : text) h = (h ^ c) * 0x100000001b3u;
  return mix(salt, h);
}

// Chosen so that no combination of the lecture's sentences is reserved; changing it moves every sentence.
constexpr uint64_t combination_salt = 1, sentence_salt = 11;
constexpr uint64_t one_in = 24;  // of the combinations are reserved

std::string_view without_stop(std::string_view korean) {
  if (korean.ends_with('.')) korean.remove_suffix(1);
  return korean;
}
int word_count(std::string_view korean) { return 1 + static_cast<int>(std::count(korean.begin(), korean.end(), ' ')); }
}  // namespace

PhraseSplit phrase_split(std::string_view name) {
  const auto found = std::find(split_names.begin(), split_names.end(), name);
  if (found == split_names.end()) fail("--split {}: no such split; there are {}", name, fmt::join(split_names, ", "));
  return static_cast<PhraseSplit>(found - split_names.begin());
}

bool reserved(std::string_view combination) { return hash(combination, combination_salt) % one_in == 0; }

bool has_lecture_sense(const Phrase& phrase) { return phrase.korean.find("강가 은행") != std::string::npos; }

PhraseSplit split_of(const Phrase& phrase) {
  const std::string_view korean = without_stop(phrase.korean);
  if (grammar::is_lecture_sentence(korean)) return PhraseSplit::lecture;
  if (std::any_of(phrase.combinations.begin(), phrase.combinations.end(), [](auto& c) { return reserved(c); }))
    return PhraseSplit::compose;
  if (word_count(korean) > longest_training_phrase) return PhraseSplit::long_sentences;
  const uint64_t percent = hash(korean, sentence_salt) % 100;
  return percent < 5 ? PhraseSplit::dev : percent < 15 ? PhraseSplit::test : PhraseSplit::train;
}

void each_phrase(const PhraseOptions& options, const std::function<void(const Phrase&)>& visit) {
  if (options.split == PhraseSplit::lecture) {
    const auto all = grammar::lecture_phrases();
    for (int64_t i = 0; i < std::min<int64_t>(options.pairs, static_cast<int64_t>(all.size())); ++i) visit(all[i]);
    return;
  }
  const grammar::Shape shape{options.split == PhraseSplit::long_sentences, options.lecture_senses};
  std::unordered_set<uint64_t> seen;
  for (uint64_t draw = 0; static_cast<int64_t>(seen.size()) < options.pairs; ++draw) {
    Random random(mix(options.seed, draw));
    const Phrase phrase = grammar::annotated(grammar::grow(random, shape));
    if (split_of(phrase) != options.split || word_count(phrase.korean) > longest_phrase) continue;
    if (seen.insert(hash(without_stop(phrase.korean), 0)).second) visit(phrase);
  }
}

std::vector<Phrase> phrases(const PhraseOptions& options) {
  std::vector<Phrase> result;
  each_phrase(options, [&](const Phrase& phrase) { result.push_back(phrase); });
  return result;
}

std::string alignment_line(const Phrase& phrase) {
  std::string line;
  for (const AlignmentLink& link : phrase.alignment)
    line += fmt::format("{}{}{}{}", line.empty() ? "" : " ", link.source, link.sure ? '-' : 'p', link.target);
  return line;
}

std::string annotation_line(const Phrase& phrase) {
  Json words = Json::array(), homonyms = Json::array();
  for (const PhraseWord& word : phrase.words)
    words.push_back({{"text", word.text}, {"lemma", word.lemma}, {"role", word.role}, {"pieces", word.pieces}});
  for (const Homonym& h : phrase.homonyms) homonyms.push_back({{"word", h.word}, {"sense", h.sense}, {"cue", h.cue}});
  Json line = {{"korean", phrase.korean},
               {"english", phrase.english},
               {"level", phrase.level},
               {"words", words},
               {"subject", nullptr},
               {"verb", phrase.verb},
               {"distance", nullptr},
               {"homonyms", homonyms},
               {"combinations", phrase.combinations},
               {"alignment", alignment_line(phrase)}};
  if (phrase.subject >= 0) {
    line["subject"] = phrase.subject;
    line["distance"] = phrase.verb - phrase.subject - 1;  // words between
  }
  return json_text(line);
}

}  // namespace naru
