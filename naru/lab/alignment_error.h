// How far alignments are from gold ones (Och and Ney 2003, "A Systematic Comparison of Various Statistical Alignment
// Models", §6): with sure links S, possible links P (which hold S) and found links A
//   precision = |A ∩ P| / |A|,  recall = |A ∩ S| / |S|,  AER = 1 - (|A ∩ S| + |A ∩ P|) / (|A| + |S|)
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "naru/data/phrases/phrases.h"

namespace naru {

/// Source word, target word.
using WordLinks = std::vector<std::pair<int32_t, int32_t>>;

/// Counts of any number of sentences.
struct AlignmentCounts {
  int64_t found = 0, sure = 0;                 // |A|, |S|
  int64_t found_sure = 0, found_possible = 0;  // |A ∩ S|, |A ∩ P|

  void add(const WordLinks& links, std::span<const AlignmentLink> gold);
  double precision() const;
  double recall() const;
  /// 1 where nothing was found and nothing is sure.
  double error_rate() const;
};

}  // namespace naru
