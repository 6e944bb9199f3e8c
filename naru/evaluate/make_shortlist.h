#pragma once

#include "naru/base/fields.h"
#include "naru/data/pairs.h"
#include "naru/generate/shortlist.h"

namespace naru {

struct ShortlistConfig {
  int64_t first = 100, best = 100;
  int64_t pairs = 500'000;
  int64_t iterations = 5;

  void fields(auto&& field) {
    field("first", first, "most frequent target pieces, which every sentence may be translated with", at_least(1));
    field("best", best, "likeliest target pieces for each source piece", at_least(1));
    field("pairs", pairs, "of a larger corpus so many pairs are taken, drawn from all of it", at_least(1));
    field("iterations", iterations, "of expectation maximisation while pieces are aligned", at_least(1));
  }
};

/// Reads the corpus once and aligns its pieces (`data/piece_dictionary.h`); tells how far it is. A source piece also
/// keeps the target piece that is written the same: names and numbers go over as they are. Equal bits for any number of
/// threads. Error: what PairReader refuses; no usable pair.
Shortlist make_shortlist(const CorpusFiles& files, const Tokenizer& source, const Tokenizer& target,
                         const ShortlistConfig& config);

}  // namespace naru
