#include "naru/data/piece_dictionary.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "naru/base/error.h"
#include "naru/base/threads.h"

namespace naru {
namespace {

constexpr int64_t sources_at_once = 64, pairs_at_once = 32768;

/// The `most` largest of them by Dice's coefficient, 2 · together / (source + target), rising; ties go to the lower id.
std::vector<int32_t> most_dependent(std::vector<int32_t> ids, const std::vector<int64_t>& together, size_t source,
                                    const std::vector<int64_t>& targets, int64_t most) {
  const auto dice = [&](int32_t id) {
    const auto at = static_cast<size_t>(id);
    return 2.0 * static_cast<double>(together[at]) / (static_cast<double>(source) + static_cast<double>(targets[at]));
  };
  std::ranges::sort(ids);
  if (std::ssize(ids) <= most) return ids;
  std::ranges::stable_sort(ids, std::greater{}, dice);
  ids.resize(static_cast<size_t>(most));
  std::ranges::sort(ids);
  return ids;
}

}  // namespace

PieceDictionary::PieceDictionary(std::span<const TokenPair> pairs, int64_t sources, int64_t targets, int64_t most_kept)
    : sources_(sources), targets_(targets) {
  index_pairs(pairs);
  choose_targets(most_kept);
}

void PieceDictionary::index_pairs(std::span<const TokenPair> pairs) {
  const auto null = static_cast<size_t>(sources_);
  std::vector<size_t> times(null + 1);
  target_begin_ = {0};
  for (const TokenPair& pair : pairs) {
    for (const int32_t id : pair.source) ++times[static_cast<size_t>(id)];
    ++times[null];
    source_length_.push_back(static_cast<int32_t>(pair.source.size()));
    target_ids_.insert(target_ids_.end(), pair.target.begin(), pair.target.end());
    target_begin_.push_back(target_ids_.size());
  }
  explained_.resize(target_ids_.size());
  seen_begin_ = {0};
  std::partial_sum(times.begin(), times.end(), std::back_inserter(seen_begin_));
  seen_.resize(seen_begin_.back());
  std::vector<size_t> next(seen_begin_.begin(), seen_begin_.end() - 1);
  for (size_t i = 0; i < pairs.size(); ++i) {
    for (const int32_t id : pairs[i].source) seen_[next[static_cast<size_t>(id)]++] = static_cast<int32_t>(i);
    seen_[next[null]++] = static_cast<int32_t>(i);
  }
}

std::span<const int32_t> PieceDictionary::seen(int64_t source) const {
  const size_t begin = seen_begin_[static_cast<size_t>(source)], end = seen_begin_[static_cast<size_t>(source) + 1];
  return std::span(seen_).subspan(begin, end - begin);
}
PieceDictionary::Range PieceDictionary::translations(int64_t source) const {
  return {begin_[static_cast<size_t>(source)], begin_[static_cast<size_t>(source) + 1]};
}
PieceDictionary::Range PieceDictionary::target(int32_t pair) const {
  return {target_begin_[static_cast<size_t>(pair)], target_begin_[static_cast<size_t>(pair) + 1]};
}

void PieceDictionary::choose_targets(int64_t most_kept) {
  std::vector<int64_t> times(static_cast<size_t>(targets_));
  for (const int32_t id : target_ids_) ++times[static_cast<size_t>(id)];
  std::vector<std::vector<int32_t>> chosen(static_cast<size_t>(sources_) + 1);
  parallel_for(sources_ + 1, sources_at_once, [&](int64_t first, int64_t last) {
    std::vector<int64_t> together(static_cast<size_t>(targets_));
    for (int64_t source = first; source < last; ++source) {
      std::vector<int32_t> ids;
      for (const int32_t pair : seen(source))
        for (auto [j, end] = target(pair); j < end; ++j)
          if (together[static_cast<size_t>(target_ids_[j])]++ == 0) ids.push_back(target_ids_[j]);
      const int64_t most = source == sources_ ? targets_ : most_kept;
      chosen[static_cast<size_t>(source)] = most_dependent(ids, together, seen(source).size(), times, most);
      for (const int32_t id : ids) together[static_cast<size_t>(id)] = 0;
    }
  });
  begin_ = {0};
  for (const std::vector<int32_t>& ids : chosen) {
    ids_.insert(ids_.end(), ids.begin(), ids.end());
    begin_.push_back(ids_.size());
  }
  probabilities_.assign(ids_.size(), 1 / static_cast<float>(targets_));
}

/// Fills in what the target pieces of pairs [first_pair, last_pair) are explained by; gives their log-probability. One
/// source piece after the other, whose translations then lie in the cache as one table.
double PieceDictionary::explain(int32_t first_pair, int32_t last_pair) {
  std::fill(explained_.begin() + static_cast<std::ptrdiff_t>(target(first_pair).begin),
            explained_.begin() + static_cast<std::ptrdiff_t>(target(last_pair).begin), 0.0f);
  std::vector<float> share(static_cast<size_t>(targets_));
  for (int64_t source = 0; source <= sources_; ++source) {
    const std::span<const int32_t> pairs = seen(source);
    const auto first = std::ranges::lower_bound(pairs, first_pair), last = std::ranges::lower_bound(pairs, last_pair);
    if (first == last) continue;
    const auto [begin, end] = translations(source);
    for (size_t i = begin; i < end; ++i) share[static_cast<size_t>(ids_[i])] = probabilities_[i];
    for (auto pair = first; pair < last; ++pair)
      for (auto [j, to] = target(*pair); j < to; ++j) explained_[j] += share[static_cast<size_t>(target_ids_[j])];
    for (size_t i = begin; i < end; ++i) share[static_cast<size_t>(ids_[i])] = 0;
  }
  double log_probability = 0;
  for (int32_t pair = first_pair; pair < last_pair; ++pair)
    for (auto [j, to] = target(pair); j < to; ++j)
      log_probability += std::log(explained_[j] / static_cast<float>(source_length_[static_cast<size_t>(pair)] + 1));
  return log_probability;
}

/// `share` and `sum`: a number for each target piece, all 0 before and after.
void PieceDictionary::reestimate(int64_t source, std::vector<float>& share, std::vector<double>& sum) {
  const auto [begin, end] = translations(source);
  for (size_t i = begin; i < end; ++i) share[static_cast<size_t>(ids_[i])] = probabilities_[i];
  for (const int32_t pair : seen(source))
    for (auto [j, to] = target(pair); j < to; ++j) {
      const auto id = static_cast<size_t>(target_ids_[j]);
      sum[id] += static_cast<double>(share[id] / explained_[j]);
    }
  double all = 0;
  for (size_t i = begin; i < end; ++i) all += sum[static_cast<size_t>(ids_[i])];
  for (size_t i = begin; i < end; ++i) {
    const auto id = static_cast<size_t>(ids_[i]);
    probabilities_[i] = static_cast<float>(sum[id] / all);
    share[id] = 0, sum[id] = 0;
  }
}

double PieceDictionary::improve() {
  const auto pairs = std::ssize(source_length_);
  std::vector<double> log_probabilities(static_cast<size_t>(pairs / pairs_at_once + 1));
  parallel_for(pairs, pairs_at_once, [&](int64_t begin, int64_t end) {
    log_probabilities[static_cast<size_t>(begin / pairs_at_once)] =
        explain(static_cast<int32_t>(begin), static_cast<int32_t>(end));
  });
  parallel_for(sources_ + 1, sources_at_once, [&](int64_t begin, int64_t end) {
    std::vector<float> share(static_cast<size_t>(targets_));
    std::vector<double> sum(share.size());
    for (int64_t source = begin; source < end; ++source) reestimate(source, share, sum);
  });
  return std::accumulate(log_probabilities.begin(), log_probabilities.end(), 0.0) /
         static_cast<double>(target_ids_.size());
}

std::vector<int32_t> PieceDictionary::best(int64_t source, int64_t count) const {
  const auto [begin, end] = translations(source);
  std::vector<size_t> order(end - begin);
  std::iota(order.begin(), order.end(), begin);
  std::ranges::stable_sort(order, std::greater{}, [&](size_t i) { return probabilities_[i]; });
  std::vector<int32_t> found;
  for (size_t i = 0; i < order.size() && std::ssize(found) < count; ++i) found.push_back(ids_[order[i]]);
  return found;
}

}  // namespace naru
