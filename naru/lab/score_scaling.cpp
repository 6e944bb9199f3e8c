#include "naru/lab/score_scaling.h"

#include <cmath>
#include <utility>
#include <vector>

#include "naru/lab/speed.h"
#include "naru/nn/params.h"
#include "naru/ops/arithmetic.h"
#include "naru/ops/linear.h"
#include "naru/ops/softmax.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

constexpr int64_t drawn = 64;  // queries, and keys

Tensor standard_normal(const Shape& shape, uint64_t seed) {
  Tensor values(shape);
  normal(1)(values.values(), shape, Random(seed));
  return values;
}

double sum_of_squares(const Tensor& x) {
  double sum = 0;
  for (const float value : x.values()) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum;
}

/// Random directions, one in each row.
Tensor random_directions(const Shape& shape, uint64_t seed) {
  const Tensor x = standard_normal(shape, seed);
  for (int64_t i = 0; i < x.dim(0); ++i) {
    const Tensor row = x.rows(i, i + 1);
    const auto factor = static_cast<float>(1 / std::sqrt(sum_of_squares(row)));
    for (float& value : row.values()) value *= factor;
  }
  return x;
}

/// Of all rows together, in nats.
double entropy_of(const Tensor& probabilities) {
  double sum = 0;
  for (const float value : probabilities.values())
    if (const auto p = static_cast<double>(value); p > 0) sum -= p * std::log(p);
  return sum;
}

}  // namespace

ScoreStatistics score_statistics(int64_t key_width, Scaling scaling, uint64_t seed) {
  const Tensor queries = standard_normal({drawn, key_width}, mix(seed, 1)),
               keys = standard_normal({drawn, key_width}, mix(seed, 2));
  const float factor = scaling == Scaling::none ? 1 : 1 / std::sqrt(static_cast<float>(key_width));
  Tensor scores = scale(linear(queries, keys), factor);  // [queries, keys]
  want_gradient(scores);
  Tape tape;
  const Tensor weights = softmax(scores);
  tape.backward({weights}, {random_directions(weights.shape(), mix(seed, 3))});
  const Tensor gradient = gradient_of(scores);  // [queries, keys]
  std::vector<double> norms;
  for (int64_t i = 0; i < drawn; ++i) norms.push_back(std::sqrt(sum_of_squares(gradient.rows(i, i + 1))));
  constexpr double count = drawn;
  return {.deviation = std::sqrt(sum_of_squares(scores)) / count,
          .entropy = entropy_of(weights) / (count * std::log(count)),
          .gradient = median(std::move(norms))};
}

}  // namespace naru
