// The embedded Korean–English corpus: an endless, deterministic supply of sentence pairs with gold alignments and
// annotations, drawn from a feature grammar (docs/corpus.md). Read `tree.h` for the grammar's own view of a sentence.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace naru {

/// Which sentences: the splits share none, whatever the seed.
enum class PhraseSplit {
  train,
  dev,
  test,            // new sentences
  compose,         // combinations of word and pattern never trained, each part trained
  long_sentences,  // more Korean words than any training sentence has
  lecture,         // the lecture's 17 sentences
};
/// train, dev, test, compose, long, lecture. Error: names the nearest.
PhraseSplit phrase_split(std::string_view name);

/// Korean word → English word, both counted from 0 with final punctuation split off.
struct AlignmentLink {
  int source = 0, target = 0;
  bool sure = true;
  bool operator==(const AlignmentLink&) const = default;
};

struct PhraseWord {
  std::string text, lemma, role;
  std::vector<std::string> pieces;  // gold segmentation; joined they are the text
};

/// A word of several meanings, what it means here, and the word that tells.
struct Homonym {
  int word = 0, cue = 0;
  std::string sense;
};

struct Phrase {
  std::string korean, english;
  std::vector<AlignmentLink> alignment;
  std::vector<PhraseWord> words;  // of the Korean, the full stop among them
  std::vector<Homonym> homonyms;
  std::vector<std::string> combinations;  // lemma × pattern, "사다 relative"
  int subject = -1, verb = -1;            // of the main clause; -1: not said
  std::string level;                      // haera, hae, haeyo, hapsyo
};

struct PhraseOptions {
  int64_t pairs = 0;  // `lecture` has 17 and gives at most those
  uint64_t seed = 1;
  PhraseSplit split = PhraseSplit::train;
  bool lecture_senses = false;  // 강가 은행 as river bank, the lecture's calque
};

/// No sentence comes twice.
std::vector<Phrase> phrases(const PhraseOptions& options);
void each_phrase(const PhraseOptions& options, const std::function<void(const Phrase&)>& visit);

/// Which split a phrase of the grammar belongs to: a function of its Korean alone.
PhraseSplit split_of(const Phrase& phrase);
/// Whether a combination ("사다 relative") is kept for `compose`.
bool reserved(std::string_view combination);
inline constexpr int lecture_sentences = 17;
/// The longest training sentence, and the longest of all, in Korean words, punctuation not counted.
inline constexpr int longest_training_phrase = 20, longest_phrase = 40;

/// Whether 은행 is the lecture's river bank in it.
bool has_lecture_sense(const Phrase& phrase);
/// Stands, in both languages, wherever such a phrase is shown: with `lecture_senses` and beside the lecture's lines.
inline constexpr std::string_view lecture_sense_caption =
    "“강가 은행” (river bank) is the lecture's illustration, not standard Korean, which says 강둑 or 강가. / “강가 "
    "은행”은 강의의 "
    "예시이며 표준어가 아닙니다. 표준어로는 강둑이나 강가라고 합니다.";

/// "0-0 1-2 1p1": sure links with '-', possible ones with 'p'.
std::string alignment_line(const Phrase& phrase);
/// One JSON object.
std::string annotation_line(const Phrase& phrase);
/// lemma, class, then the columns of a reference table of conjugations for predicates, the English for all: TSV with a
/// header.
std::string phrase_lexicon(bool lecture_senses = false);

}  // namespace naru
