// The best model that a small machine has room and time for: this model in every dtype (and with heads and units taken
// out), each measured on this machine by what it takes to translate one sentence at a time.
#pragma once

#include "naru/base/fresh_process.h"
#include "naru/promise/search.h"

namespace naru {

/// What one may take; 0: any amount.
struct Limits {
  int64_t resident_bytes = 0;  // of the whole process: the program, the weights, what translating needs
  double milliseconds = 0;     // for a sentence, in the median

  std::string text() const;  // "64 MB, 50 ms a sentence"
};

/// What translating takes.
struct Cost {
  int64_t resident_bytes = 0;
  double milliseconds = 0;
};

/// A candidate and what it takes. It keeps the limits if it fits.
struct Fitting {
  Candidate candidate;
  Cost cost;
};

/// Opens folders in processes of their own and translates some 64 of the pairs there, one at a time, as `naru translate
/// --batch-tokens 1` does.
class CostProbe {
 public:
  /// Before anything large is in memory.
  explicit CostProbe(const PromiseOptions& options);
  Cost operator()(const std::filesystem::path& folder) const;

 private:
  FreshProcesses processes_;
};

struct FitResult {
  size_t best = 0;             // of those that fit the one of the highest score; of equals, the smallest
  std::vector<Fitting> tried;  // the weights as they are and in ever fewer bits; then, where `means` prunes, those that
                               // do not fit, with ever more taken out while they are better than the best that fits
};

/// What a search for them reads: the model's folder, and a folder that is not there, into which each candidate is
/// written in turn; it is gone afterwards.
struct FitPlaces {
  std::filesystem::path model, workplace;
};
/// Judges what a model may become by what it takes.
class FitSearch {
 public:
  FitSearch(const Weights& weights, const Yardstick& yardstick, const CostProbe& probe, FitPlaces places);
  /// Error: none fits, with the numbers; the workplace is there already.
  FitResult run(const Means& means, const Limits& limits) const;

 private:
  std::vector<Candidate> roundings(const Means& means) const;
  void add_pruned(const std::string& what, const Limits& limits, std::vector<Fitting>& tried) const;
  Fitting measured(Candidate candidate, const Limits& limits) const;
  std::string text(const Fitting& fitting) const;
  size_t best_of(const std::vector<Fitting>& tried, const Limits& limits) const;

  const Weights& weights_;
  const Yardstick& yardstick_;
  const CostProbe& probe_;
  FitPlaces places_;
};

}  // namespace naru
