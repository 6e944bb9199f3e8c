// The fewest heads and feed-forward units that keep a promise: from the best candidate so far the least important go,
// in steps of some per cent, until one breaks it.
#pragma once

#include <span>

#include "naru/promise/candidate.h"
#include "naru/promise/importance.h"

namespace naru {

/// Takes the least important heads and units out of candidates.
class Pruner {
 public:
  /// Finds how important each is. `what`: "heads", "units" or "all". Error: a model without them.
  Pruner(const Weights& weights, const Yardstick& yardstick, const std::string& what);
  /// Candidates, not measured yet: of the same weights with at most so many per cent of what can go taken out, each
  /// less than the one before.
  std::vector<Candidate> steps(const Candidate& from, std::span<const int> percents) const;

 private:
  Candidate without(const Candidate& from, double share) const;

  std::vector<PrunablePart> parts_;
  Importance importance_;
};

/// Goes on from `result`; `what`: "heads", "units" or "all". One sequence of candidates. Error: a model without them.
void search_pruning(const Yardstick& yardstick, const std::string& what, SearchResult& result);

}  // namespace naru
