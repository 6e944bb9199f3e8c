#include "naru/evaluate/piece_bigrams.h"

#include <cmath>

#include "naru/base/error.h"

namespace naru {
namespace {

constexpr double prior_pairs = 5;    // k
constexpr double prior_times = 0.1;  // α

/// Every two neighbours of a line, its borders among them.
void for_each_pair(std::span<const int32_t> line, const auto& body) {
  int32_t before = PieceBigrams::border;
  for (const int32_t piece : line) {
    body({before, piece});
    before = piece;
  }
  body({before, PieceBigrams::border});
}

template <class Map>
double times(const Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  return found == map.end() ? 0 : static_cast<double>(found->second);
}

}  // namespace

void PieceBigrams::add(std::pair<int32_t, int32_t> pair, int64_t times) {
  NARU_CHECK(times > 0, "piece bigrams: a count of {}", times);
  pairs_[pair] += times;
  first_[pair.first] += times;
  second_[pair.second] += times;
  total_ += times;
}

void PieceBigrams::add(std::span<const int32_t> line, int64_t times) {
  for_each_pair(line, [&](std::pair<int32_t, int32_t> pair) { add(pair, times); });
}

PieceBigrams::Surprise PieceBigrams::surprise(std::span<const int32_t> line, std::span<const int32_t> without) const {
  PieceBigrams own(vocabulary_);
  if (!without.empty()) own.add(without);
  const double total = static_cast<double>(total_ - own.total_) + prior_times * static_cast<double>(vocabulary_ + 1);
  Surprise surprise;
  double unseen = 0, count = 0;
  for_each_pair(line, [&](std::pair<int32_t, int32_t> pair) {
    const double alone = times(second_, pair.second) - times(own.second_, pair.second);
    const double before = times(first_, pair.first) - times(own.first_, pair.first);
    const double both = times(pairs_, pair) - times(own.pairs_, pair);
    const double p = (both + prior_pairs * (alone + prior_times) / total) / (before + prior_pairs);
    surprise.end = -std::log(p);
    surprise.mean += surprise.end;
    unseen += alone == 0;
    ++count;
  });
  surprise.mean /= count;
  surprise.unseen = unseen / count;
  return surprise;
}

}  // namespace naru
