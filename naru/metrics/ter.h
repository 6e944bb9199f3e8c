// TER, translation edit rate (Snover et al. 2006), as sacreBLEU computes it: the number of insertions, deletions,
// substitutions and shifts of blocks that turn the hypothesis into the closest reference, in percent of the references'
// mean length. Shifts are found greedily with Tercom's limits. Lower is better.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "naru/metrics/metric.h"

namespace naru {

struct TerOptions {
  bool normalized = false;      ///< split punctuation, restore XML entities
  bool no_punctuation = false;  ///< remove punctuation
  bool asian_support = false;   ///< with `normalized` split ideographs; with `no_punctuation` remove Asian marks too
  bool case_sensitive = false;
};

/// Parts: edits, reference_length.
Metric ter(const TerOptions& options = {});

/// Tercom's preparation of a line: its words with one space between.
std::string ter_normalize(std::string_view line, const TerOptions& options);

/// Edits, shifts included, that turn the hypothesis into the reference.
int64_t ter_edits(const std::vector<std::string_view>& hypothesis, const std::vector<std::string_view>& reference);

}  // namespace naru
