// Wait-k (Ma et al. 2019, "STACL"): target word t is written when k + t - 1 words of the source are heard.
//   g(t) = min(k + t - 1, |x|)
// Counted in words, as translating hears and writes them: all pieces of target word t see all pieces of the first g(t)
// source words. The end of sentence is heard with the last word, and is written as the word after the last.
#pragma once

#include <cstdint>
#include <vector>

#include "naru/data/batch.h"
#include "naru/text/word_beginnings.h"

namespace naru {

struct WaitK {
  WordBeginnings source, target;
  int64_t k = 0;  // 0: another for each batch (Elbayad et al. 2020, multi-path), from 1 to `most`
  static constexpr int64_t most = 12;

  /// For each target token of the batch how many tokens of its source are read by then: [target tokens]. `draw` chooses
  /// k where it is not given.
  std::vector<int32_t> reach(const Batch& batch, uint64_t draw) const;
};

}  // namespace naru
