// How far a translation changes the order of words, by its word alignment.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "naru/data/phrases/phrases.h"

namespace naru {

/// For each target word that has a sure link, in order, the mean place of its source words.
std::vector<double> source_places(std::span<const AlignmentLink> links);

/// Kendall's τ (1938) of these places: over all pairs of target words (concordant - discordant) / (concordant +
/// discordant); words of one place make no pair. 1: the source's order, -1: the reverse. Nothing where there is no
/// pair.
std::optional<double> kendall_tau(std::span<const double> places);

/// The first `words` aligned target words: how many steps lie between reading a source word and writing its
/// translation, in the mean. Read to the end and then written: (source length - place) + target's number.
struct Lag {
  double forward = 0;   // the source is read from its beginning
  double reversed = 0;  // from its end (Sutskever et al. 2014, §3.3)
};
/// There must be at least one place. `length`: source words.
Lag lag_of_first(std::span<const double> places, int64_t length, int64_t words);

}  // namespace naru
