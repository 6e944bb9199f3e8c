// Drawing the next id at random instead of searching for the most probable translation.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "naru/base/fields.h"

namespace naru {

struct SamplingOptions {
  bool sample = false;
  double temperature = 1;
  int64_t top_k = 0;
  double top_p = 1;
  int64_t seed = 1;

  void fields(auto&& field) {
    field("sample", sample, "draw each piece by its probability instead of searching; --nbest draws so many");
    field("temperature", temperature, "of --sample: log-probabilities are divided by it", at_least(1e-3));
    field("top-k", top_k, "of --sample: only the so many most probable pieces; 0 = all", at_least(0));
    field("top-p", top_p, "of --sample: only the most probable pieces that together have this probability",
          between(1e-6, 1));
    field("seed", seed, "of --sample: the same seed draws the same");
  }
};

/// Draws from what is left of a distribution (Fan et al. 2018: the k best; Holtzman et al. 2020: the nucleus p).
class Sampler {
 public:
  explicit Sampler(const SamplingOptions& options) : options_(options) {}
  /// An index of `log_probabilities`, which need not sum to 1 and may be -inf (never drawn); `uniform` in [0, 1)
  /// decides which. Nothing where none can be drawn.
  std::optional<int32_t> draw(std::span<const float> log_probabilities, double uniform);

 private:
  SamplingOptions options_;
  std::vector<int32_t> order_;  // by falling probability
  std::vector<double> weights_;
};

}  // namespace naru
