#include "naru/promise/search_pruning.h"

#include <utility>

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

}  // namespace

Pruner::Pruner(const Weights& weights, const Yardstick& yardstick, const std::string& what)
    : parts_(prunable_parts(weights.config, what)) {
  const auto model = build(weights.config, Params(weights.tensors, weights.origin));
  importance_ = importance(*model, yardstick.batches(), parts_);
}

Candidate Pruner::without(const Candidate& from, double share) const {
  const Kept kept = most_important(parts_, importance_, share);
  Candidate candidate = from;
  candidate.name = from.unchanged() ? "" : from.name + ", ";
  candidate.name += fmt::format("{:.0f} % pruned", percent_out(parts_, kept));
  candidate.weights.config = naru::pruned(from.weights.config, parts_, kept);
  candidate.weights.tensors = naru::pruned(from.weights.tensors, parts_, kept);
  candidate.pruned = true;
  return candidate;
}

std::vector<Candidate> Pruner::steps(const Candidate& from, std::span<const int> percents) const {
  std::vector<Candidate> candidates;
  int64_t before = bytes_of(from.weights.tensors);
  for (const int percent : percents) {
    Candidate candidate = without(from, percent / 100.0);
    // A step may take out no more than the last: what goes in vectors of 16 waits for the next.
    const int64_t bytes = bytes_of(candidate.weights.tensors);
    if (bytes != std::exchange(before, bytes)) candidates.push_back(std::move(candidate));
  }
  return candidates;
}

void search_pruning(const Yardstick& yardstick, const std::string& what, SearchResult& result) {
  const Pruner pruner(result.best.weights, yardstick, what);
  for (Candidate& candidate : pruner.steps(result.best, percents))
    if (!result.accept(std::move(candidate), yardstick)) return;
}

}  // namespace naru
