// Broken lines made from good ones: what a detector of bad input learns from, and is measured by.
#pragma once

#include <string>
#include <vector>

#include "naru/base/random.h"
#include "naru/data/pairs.h"

namespace naru {

enum class Corruption {
  random_words,    // as many words as the line has, each from any line
  wrong_language,  // the pair's other side
  cut,             // its first words, between a third and two thirds
  doubled,         // twice, one after the other
  shuffled,        // its words in another order
};
inline constexpr Corruption all_corruptions[] = {Corruption::random_words, Corruption::wrong_language, Corruption::cut,
                                                 Corruption::doubled, Corruption::shuffled};

/// "random words", …
std::string name_of(Corruption kind);

/// Whether there is enough to break: three words between spaces, and another side.
bool can_be_corrupted(const Pair& pair);
/// The source of pairs[i], which can be, broken.
std::string corrupted(const std::vector<Pair>& pairs, size_t i, Corruption kind, Random& random);

}  // namespace naru
