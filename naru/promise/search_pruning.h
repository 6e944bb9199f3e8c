// The fewest heads and feed-forward units that keep a promise: from the best candidate so far the least important go,
// in steps of some per cent, until one breaks it.
#pragma once

#include "naru/promise/candidate.h"

namespace naru {

/// Goes on from `result`; `what`: "heads", "units" or "all". One sequence of candidates. Error: a model without them.
void search_pruning(const Yardstick& yardstick, const std::string& what, SearchResult& result);

}  // namespace naru
