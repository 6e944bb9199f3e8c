// Homonyms in both senses, in minimal pairs that differ in one word: the cue. It stands so many words before or after
// the homonym, and nothing else tells the sense. The words are the embedded grammar's; the sentences are not drawn from
// it, so that cues stand where it never puts them and beside nouns that it never joins them with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "naru/base/random.h"

namespace naru {

struct HomonymSentence {
  std::string source, reference;
  std::string sense, other;  // what a translation says of the homonym: "pear", and what it must not say: "ship"
  std::string homonym;       // as a name: 배
  int word = 0, cue = 0;     // of the source, from 0
  bool joined = false;       // the embedded grammar joins this cue with this homonym
  bool before = false;       // the cue stands before the homonym
  int64_t distance() const { return before ? word - cue : cue - word; }
};

/// Two that differ in the cue only, and what is left of both without it.
struct HomonymPair {
  HomonymSentence first, second;
  std::string without_cue;
};

/// The cue, a Korean verb, after the homonym; or, `before`, a Korean place before it. At this distance every cue of
/// every word, at least twice, each time of another person.
std::vector<HomonymPair> korean_homonym_pairs(int64_t distance, bool before, Random& random);
/// English *bank*, 은행 or 강둑, with the cue before or after it and what is so many Korean words between. Both
/// senses stand after the same preposition, which the embedded grammar gives the money's bank only: what is right of
/// 강둑 is never trained.
std::vector<HomonymPair> english_bank_pairs(int64_t words, bool before, Random& random);

/// Whether the embedded grammar has this verb with this noun of this meaning, or as a fixed pair of words.
bool grammar_joins(std::string_view verb, std::string_view noun, std::string_view english);

}  // namespace naru
