// Korean says its verb last, English after the subject: who translates while the speaker still speaks has to guess it.
// How often that was done, and how often rightly.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "naru/evaluate/simultaneous.h"

namespace naru {

/// Where a pair has its main verb: which word of the source, and which of the target (of several, as in "looks around",
/// the first); words between white space, counted from 0.
struct VerbPlace {
  int64_t source = 0, target = 0;
};

/// Of each pair, by the annotations of `naru phrases --annotations`; none where the verb is surely linked with no word.
/// Error: not that file, or that of other pairs.
std::vector<std::optional<VerbPlace>> verb_places(const std::filesystem::path& annotations,
                                                  const std::vector<Pair>& pairs);

/// A verb was guessed where it was written before the source's was heard.
struct GuessedVerbs {
  int64_t written = 0, guessed = 0, right = 0;  // right: guessed, and the reference's
};
/// A translation's verb is the reference's, where it has that word; else the word that stands where the reference has
/// its verb, by the least edit distance between their words. There may be none. Punctuation around words does not
/// count.
GuessedVerbs guessed_verbs(const std::vector<Interpretation>& interpretations, const std::vector<Pair>& pairs,
                           const std::vector<std::optional<VerbPlace>>& places);

}  // namespace naru
