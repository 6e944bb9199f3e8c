// Why scores are divided by √d_k (Vaswani et al. 2017, section 3.2.1): a product of two vectors of d_k independent
// numbers of variance 1 has variance d_k, and a softmax of large scores is one-hot and passes no gradient.
#pragma once

#include <cstdint>

namespace naru {

/// Of one draw of queries and keys from the standard normal, 64 each.
struct ScoreStatistics {
  double deviation = 0;  // of the scores
  double entropy = 0;    // of a query's weights over the keys, as a share of the largest possible, on average
  double gradient = 0;  // norm of what arrives at the scores of a gradient of norm 1 at the weights; the median query's
};
enum class Scaling { none, by_root };
ScoreStatistics score_statistics(int64_t key_width, Scaling scaling, uint64_t seed);

}  // namespace naru
