#include "naru/evaluate/guessed_verbs.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "naru/base/json.h"
#include "naru/metrics/edit_distance.h"
#include "naru/text/lines.h"

namespace naru {
namespace {

/// The word that carries the meaning: auxiliaries (번역하고 있었다, 가지 않았다) stand behind it.
int64_t predicate_of(const Json& annotation) {
  int64_t word = annotation.at("verb").get<int64_t>();
  const Json& words = annotation.at("words");
  while (word > 0 && words.at(static_cast<size_t>(word)).at("role") == "auxiliary") --word;
  return word;
}

std::optional<VerbPlace> verb_place(const Json& annotation) {
  const int64_t predicate = predicate_of(annotation);
  std::istringstream links(annotation.at("alignment").get<std::string>());
  int64_t source = 0, target = 0;
  for (char kind = 0; links >> source >> kind >> target;)  // "8-4 8p5": sure links have '-'; in order
    if (kind == '-' && source == predicate) return VerbPlace{source, target};
  return std::nullopt;
}

/// Without ASCII punctuation at its ends.
std::string_view bare(std::string_view word) {
  const auto is_mark = [](char c) { return std::ispunct(static_cast<unsigned char>(c)) != 0; };
  while (!word.empty() && is_mark(word.front())) word.remove_prefix(1);
  while (!word.empty() && is_mark(word.back())) word.remove_suffix(1);
  return word;
}

struct WrittenVerb {
  int64_t word = 0;
  bool right = false;
};
/// The written word that the edits pair with word `place` of the reference; none where they leave it out.
std::optional<WrittenVerb> paired(const std::vector<Edit>& edits, int64_t place) {
  int64_t word = 0, of = 0;
  for (const Edit edit : edits) {
    if (of == place && edit == Edit::insert) return std::nullopt;
    if (of == place && edit != Edit::remove) return WrittenVerb{word, edit == Edit::match};
    word += edit != Edit::insert;
    of += edit != Edit::remove;
  }
  return std::nullopt;
}

std::optional<WrittenVerb> written_verb(const std::vector<std::string>& written,
                                        const std::vector<std::string>& reference, int64_t place) {
  WordNumbers numbers;
  Symbols words, expected;
  for (const std::string& word : written) words.push_back(numbers(bare(word)));
  for (const std::string& word : reference) expected.push_back(numbers(bare(word)));
  EditDistance distance(expected);
  distance.set_base(words);
  const auto verb = paired(distance.edits(), place);
  if (verb && verb->right) return verb;
  const auto moved = std::ranges::find(words, expected[static_cast<size_t>(place)]);
  return moved == words.end() ? verb : WrittenVerb{moved - words.begin(), true};
}

}  // namespace

std::vector<std::optional<VerbPlace>> verb_places(const std::filesystem::path& annotations,
                                                  const std::vector<Pair>& pairs) {
  LineReader reader(annotations.string());
  std::vector<std::optional<VerbPlace>> places;
  for (std::string line; reader.next(line);) {
    if (places.size() == pairs.size())
      fail("{}: the test set has {} sentences only; write both with one naru phrases", reader.place(), pairs.size());
    const Pair& pair = pairs[places.size()];
    try {
      const Json annotation = parse_json(line);
      if (annotation.at("korean") != pair.source || annotation.at("english") != pair.target)
        fail("{}: is of another pair than the test set has there; write both with one naru phrases", reader.place());
      places.push_back(verb_place(annotation));
    } catch (const Json::exception&) {
      fail("{}: not a line of naru phrases --annotations with its alignment; write the file anew", reader.place());
    }
    if (places.back() && places.back()->target >= std::ssize(spoken_words(pair.target)))
      fail("{}: the alignment names a word that the sentence has not; write the file anew", reader.place());
  }
  if (places.size() < pairs.size())
    fail("{}: ends after {} of {} sentences; write it and the test set with one naru phrases", annotations.string(),
         places.size(), pairs.size());
  return places;
}

GuessedVerbs guessed_verbs(const std::vector<Interpretation>& interpretations, const std::vector<Pair>& pairs,
                           const std::vector<std::optional<VerbPlace>>& places) {
  GuessedVerbs count;
  for (size_t i = 0; i < interpretations.size(); ++i) {
    if (!places[i]) continue;
    const auto verb =
        written_verb(spoken_words(interpretations[i].text), spoken_words(pairs[i].target), places[i]->target);
    if (!verb) continue;
    const bool guessed = interpretations[i].heard[static_cast<size_t>(verb->word)] <= places[i]->source;
    ++count.written;
    count.guessed += guessed;
    count.right += guessed && verb->right;
  }
  return count;
}

}  // namespace naru
