// The smallest model that keeps a promise: fewer bits first, then fewer heads and units.
#pragma once

#include <optional>

#include "naru/promise/candidate.h"

namespace naru {

/// By what a model may be made smaller.
struct Means {
  std::optional<DType> coarsest;  // of the matrices: b16, q8 or q4; nothing: they are not rounded
  std::string prune = "none";     // heads, units, all

  bool prunes() const { return prune != "none"; }
};

/// Sequences of candidates that `search` judges at most, for the yardstick.
int64_t sequences_of(const Means& means);

/// Error, with the numbers: only the weights as they are keep the promise, and int8 of all matrices breaks it as
/// measured (or nothing was to be rounded). Where it does not, the pairs are too few to tell: a warning.
SearchResult search(const Weights& weights, const Yardstick& yardstick, const Means& means);

}  // namespace naru
