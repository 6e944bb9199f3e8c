#include "naru/lab/subject_verb.h"

#include <algorithm>
#include <map>

#include "naru/data/phrases/lexicon.h"

namespace naru {
namespace {

using grammar::Gender;

/// The names of the grammar in English, in lower case, with their sex.
const std::map<std::string, Gender>& english_names() {
  static const std::map<std::string, Gender> all = [] {
    std::map<std::string, Gender> found;
    for (const grammar::Noun& noun : grammar::lexicon().nouns)
      if (noun.article == grammar::Article::name && noun.human()) found[plain_words(noun.english)[0]] = noun.gender;
    return found;
  }();
  return all;
}

/// A word without what is joined to it: "Cheolsu," → cheolsu, "Cheolsu's" → cheolsu.
std::string bare(const std::string& word) {
  std::vector<std::string> plain = plain_words(word);
  if (plain.empty()) return "";
  if (plain[0].ends_with("'s")) plain[0].resize(plain[0].size() - 2);
  return plain[0];
}

std::vector<std::string> words_at_spaces(const std::string& text) {
  std::vector<std::string> words;
  for (const Span& span : words_of(text))
    words.push_back(text.substr(static_cast<size_t>(span.begin), static_cast<size_t>(span.end - span.begin)));
  return words;
}

/// The first of these words that is a name, or nothing.
std::string first_name(const std::vector<std::string>& words) {
  for (const std::string& word : words)
    if (english_names().contains(bare(word))) return bare(word);
  return "";
}

/// The English words that a Korean word is surely linked with.
std::vector<std::string> said_by(const Phrase& phrase, const std::vector<std::string>& english, int word) {
  std::vector<std::string> said;
  for (const AlignmentLink& link : phrase.alignment)
    if (link.sure && link.source == word && link.target < static_cast<int>(english.size()))
      said.push_back(bare(english[static_cast<size_t>(link.target)]));
  return said;
}

/// A text with each of two names in place of the other.
std::string exchanged(const std::string& text, const std::string& one, const std::string& other) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    const std::string* found = text.compare(i, one.size(), one) == 0 ? &one : nullptr;
    if (!found && text.compare(i, other.size(), other) == 0) found = &other;
    if (found) {
      result += found == &one ? other : one;
      i += found->size();
    } else {
      result += text[i++];
    }
  }
  return result;
}

}  // namespace

std::optional<SubjectVerb> subject_verb(const Phrase& phrase) {
  if (phrase.subject < 0 || phrase.verb < phrase.subject) return std::nullopt;
  const std::vector<std::string> english = words_at_spaces(phrase.english);
  const std::vector<std::string> subject = said_by(phrase, english, phrase.subject);
  const std::vector<std::string> verb = said_by(phrase, english, phrase.verb);
  if (subject.size() != 1 || verb.empty() || !english_names().contains(subject[0])) return std::nullopt;
  if (first_name(english) != subject[0]) return std::nullopt;
  SubjectVerb made{.source = phrase.korean, .reference = phrase.english, .subject = subject[0], .verb = verb};
  made.distance = phrase.verb - phrase.subject - 1;
  std::string spelled;
  for (const std::string& word : english)
    if (bare(word) == subject[0] && spelled.empty()) spelled = word.substr(0, subject[0].size());
  for (const std::string& word : english) {
    const auto other = english_names().find(bare(word));
    if (other == english_names().end() || other->first == subject[0] || other->second != english_names().at(subject[0]))
      continue;
    made.wrong = exchanged(phrase.english, spelled, word.substr(0, other->first.size()));
    break;
  }
  return made;
}

bool has_subject(const std::string& translation, const SubjectVerb& sentence) {
  return first_name(words_at_spaces(translation)) == sentence.subject;
}

bool has_link(const std::string& translation, const SubjectVerb& sentence) {
  const std::vector<std::string> words = plain_words(translation);
  return has_subject(translation, sentence) && std::ranges::all_of(sentence.verb, [&](const std::string& word) {
           return std::ranges::find(words, word) != words.end();
         });
}

}  // namespace naru
