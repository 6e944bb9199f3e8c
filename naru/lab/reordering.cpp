#include "naru/lab/reordering.h"

#include <algorithm>
#include <map>

#include "naru/base/error.h"

namespace naru {

std::vector<double> source_places(std::span<const AlignmentLink> links) {
  std::map<int, std::pair<double, int>> of_target;  // sum and count of source words
  for (const AlignmentLink& link : links) {
    if (!link.sure) continue;
    auto& [sum, count] = of_target[link.target];
    sum += link.source;
    ++count;
  }
  std::vector<double> places;
  for (const auto& [target, mean] : of_target) places.push_back(mean.first / mean.second);
  return places;
}

std::optional<double> kendall_tau(std::span<const double> places) {
  int64_t concordant = 0, discordant = 0;
  for (size_t i = 0; i < places.size(); ++i)
    for (size_t k = i + 1; k < places.size(); ++k) {
      concordant += places[i] < places[k];
      discordant += places[i] > places[k];
    }
  if (concordant + discordant == 0) return std::nullopt;
  return static_cast<double>(concordant - discordant) / static_cast<double>(concordant + discordant);
}

Lag lag_of_first(std::span<const double> places, int64_t length, int64_t words) {
  const auto count = std::min<int64_t>(words, std::ssize(places));
  NARU_CHECK(count > 0, "lag: no aligned word");
  Lag lag;
  for (int64_t target = 0; target < count; ++target) {
    const double place = places[static_cast<size_t>(target)];
    lag.forward += (static_cast<double>(length) - place + static_cast<double>(target)) / static_cast<double>(count);
    lag.reversed += (place + 1 + static_cast<double>(target)) / static_cast<double>(count);
  }
  return lag;
}

}  // namespace naru
