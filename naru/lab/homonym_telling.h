// Whether translations tell which sense a homonym has, with its cue and without it, and whether the homonym's attention
// is at its cue.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/lab/homonym_pairs.h"
#include "naru/lab/laboratory.h"

namespace naru {

/// What an English translation says of the homonym, in singular or plural; a Korean one, with any particle.
enum class SenseSaid { right, wrong, neither };
SenseSaid sense_in_english(const std::string& text, const HomonymSentence& sentence);
SenseSaid sense_in_korean(const std::string& text, const HomonymSentence& sentence);
using SenseReader = SenseSaid (*)(const std::string& text, const HomonymSentence& sentence);

/// Each sentence of the pairs: whether its sense was told with the cue, and without it, and whether any was.
struct ToldSenses {
  std::vector<HomonymSentence> sentences;
  std::vector<bool> with_cue, without_cue, any;
};
/// Translates both of each pair and what is left without the cue; adds to `told`.
void tell_senses(const ModelFolder& folder, const Laboratory& laboratory, const std::vector<HomonymPair>& pairs,
                 SenseReader read, ToldSenses& told);

/// How often the homonym's self-attention, the mean over all layers and heads, is most at the cue, itself and the end
/// of the sentence left out; and how often a look of chance would be.
struct LooksAtCue {
  int64_t hits = 0, trials = 0;
  double chance = 0;
};
LooksAtCue looks_at_cue(const ModelFolder& folder, const Laboratory& laboratory, const std::vector<HomonymPair>& pairs,
                        size_t most);

}  // namespace naru
