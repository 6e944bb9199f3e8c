#include "naru/promise/search_pruning.h"

#include "naru/base/log.h"
#include "naru/promise/importance.h"

namespace naru {
namespace {

constexpr int percents[] = {5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90};

/// Share of the parts' weights that are taken out, in per cent.
double percent_out(const std::vector<PrunablePart>& parts, const Kept& kept) {
  int64_t all = 0, stay = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    all += parts[i].count * parts[i].numbers;
    stay += std::ssize(kept[i]) * parts[i].numbers;
  }
  return 100 * (1 - static_cast<double>(stay) / static_cast<double>(all));
}

Candidate without(const Candidate& from, const std::vector<PrunablePart>& parts, const Kept& kept) {
  Candidate candidate = from;
  candidate.name = from.unchanged() ? "" : from.name + ", ";
  candidate.name += fmt::format("{:.0f} % pruned", percent_out(parts, kept));
  candidate.weights.config = pruned(from.weights.config, parts, kept);
  candidate.weights.tensors = pruned(from.weights.tensors, parts, kept);
  candidate.pruned = true;
  return candidate;
}

}  // namespace

void search_pruning(const Yardstick& yardstick, const std::string& what, SearchResult& result) {
  const Candidate from = result.best;
  const Weights& weights = from.weights;
  const std::vector<PrunablePart> parts = prunable_parts(weights.config, what);
  const auto model = build(weights.config, Params(weights.tensors, weights.origin));
  const Importance found = importance(*model, yardstick.batches(), parts);
  Kept before = most_important(parts, found, 0);
  for (const int percent : percents) {
    const Kept kept = most_important(parts, found, percent / 100.0);
    if (kept == before) continue;
    before = kept;
    if (!result.accept(without(from, parts, kept), yardstick)) return;
  }
}

}  // namespace naru
