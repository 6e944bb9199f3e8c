// What a model that learned by teacher forcing writes when it reads the reference, and when it reads what it wrote
// itself (Bengio et al. 2015, "Scheduled Sampling"; Ranzato et al. 2016 call the gap exposure bias).
#pragma once

#include <cstdint>
#include <vector>

#include "naru/data/pairs.h"
#include "naru/evaluate/model_folder.h"

namespace naru {

/// By place in the target: how many sentences have a piece there, and in how many it was the reference's.
struct Exposure {
  struct Place {
    int64_t trials = 0, forced = 0, free = 0;
  };
  std::vector<Place> places;

  int64_t trials() const;
  int64_t forced() const;
  int64_t free() const;
};

/// Greedy, over the reference's pieces and its end of sentence.
Exposure exposure_of(const ModelFolder& folder, const std::vector<Pair>& pairs);

}  // namespace naru
