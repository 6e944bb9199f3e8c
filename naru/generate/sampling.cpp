#include "naru/generate/sampling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace naru {

std::optional<int32_t> Sampler::draw(std::span<const float> log_probabilities, double uniform) {
  const auto more_probable = [&](int32_t a, int32_t b) {
    const float x = log_probabilities[static_cast<size_t>(a)], y = log_probabilities[static_cast<size_t>(b)];
    return x != y ? x > y : a < b;
  };
  order_.clear();
  for (size_t id = 0; id < log_probabilities.size(); ++id)
    if (log_probabilities[id] > -std::numeric_limits<float>::infinity()) order_.push_back(static_cast<int32_t>(id));
  if (order_.empty()) return {};
  if (const auto most = static_cast<size_t>(options_.top_k); most > 0 && most < order_.size()) {
    std::ranges::nth_element(order_, order_.begin() + options_.top_k, more_probable);
    order_.resize(most);
  }
  if (options_.top_p < 1) std::ranges::sort(order_, more_probable);

  const double best = log_probabilities[static_cast<size_t>(*std::ranges::min_element(order_, more_probable))];
  weights_.clear();
  for (const int32_t id : order_)
    weights_.push_back(
        std::exp((static_cast<double>(log_probabilities[static_cast<size_t>(id)]) - best) / options_.temperature));
  double total = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  if (options_.top_p < 1) {
    size_t kept = 0;
    double sum = 0;
    while (kept < weights_.size() && sum < options_.top_p * total) sum += weights_[kept++];
    weights_.resize(kept);
    total = sum;
  }
  size_t drawn = 0;
  for (double left = uniform * total; drawn + 1 < weights_.size() && left >= weights_[drawn]; ++drawn)
    left -= weights_[drawn];
  return order_[drawn];
}

}  // namespace naru
