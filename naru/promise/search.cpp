#include "naru/promise/search.h"

#include <algorithm>

#include "naru/base/log.h"
#include "naru/promise/search_precision.h"
#include "naru/promise/search_pruning.h"

namespace naru {
namespace {

/// Int8 of all matrices, measured now if it was not tried.
Candidate int8_of_all(const Weights& weights, const Yardstick& yardstick, const SearchResult& result) {
  const auto found = std::ranges::find(result.tried, precision_name(DType::q8), &Candidate::name);
  if (found != result.tried.end()) return *found;
  return measured(
      {.name = precision_name(DType::q8), .weights = weights, .dtypes = uniform_dtypes(weights.tensors, DType::q8)},
      yardstick);
}

[[noreturn]] void refuse(const Weights& weights, const Yardstick& yardstick, const std::vector<Candidate>& broke) {
  std::string numbers;
  for (const Candidate& candidate : broke)
    numbers += fmt::format("; {}: {}", candidate.name, yardstick.text(candidate.quality));
  fail("{}: no smaller weights keep a drop of at most {}: {} {:.2f} as it is{}; allow a larger one", weights.origin,
       yardstick.options().max_drop, yardstick.label(), yardstick.baseline().score, numbers);
}

}  // namespace

int64_t sequences_of(const Means& means) {
  return (means.coarsest ? (*means.coarsest == DType::b16 ? 1 : 2) : 0) + (means.prunes() ? 1 : 0);
}

SearchResult search(const Weights& weights, const Yardstick& yardstick, const Means& means) {
  SearchResult result{.best = as_it_is(weights, yardstick), .tried = {}, .groups = {}};
  if (means.coarsest) search_precision(weights, yardstick, *means.coarsest, result);
  if (means.prunes()) search_pruning(yardstick, means.prune, result);
  if (!result.best.unchanged()) return result;
  if (result.tried.empty()) fail("--prune {}: {} has too few to take any out", means.prune, weights.origin);
  if (!means.coarsest) refuse(weights, yardstick, {result.tried.back()});
  const Candidate int8 = int8_of_all(weights, yardstick, result);
  if (int8.quality.drop > yardstick.options().most()) refuse(weights, yardstick, {int8, result.tried.back()});
  NARU_LOG(warning,
           "--dev: {} pairs cannot tell a drop of {} from chance for any smaller weights; they stay as they are "
           "(more pairs, or a larger --max-drop, make them smaller)",
           yardstick.pairs().size(), yardstick.options().max_drop);
  return result;
}

}  // namespace naru
