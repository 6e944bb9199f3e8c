#include "naru/lab/order_dependence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "naru/base/random.h"

namespace naru {

std::vector<Tensor> layer_rows(const Model& model, const std::vector<int32_t>& source) {
  Trace trace;
  model.decoder()->start(Ragged::from({source}), &trace);
  std::vector<Tensor> rows;
  for (auto& [name, layer] : trace.hidden)
    if (name.starts_with("encoder.")) rows.push_back(std::move(layer));
  NARU_CHECK(!rows.empty(), "encoder rows: this model does not show what its encoder gives");
  return rows;
}

std::vector<double> token_diversity(const Model& model, const std::vector<int32_t>& source) {
  std::vector<double> diversity;
  for (const Tensor& rows : layer_rows(model, source)) {
    const int64_t tokens = rows.dim(0), width = rows.dim(1);
    double squares = 0, deviations = 0;
    for (int64_t column = 0; column < width; ++column) {
      const auto at = [&](int64_t token) { return static_cast<double>(rows.data()[token * width + column]); };
      double mean = 0;
      for (int64_t token = 0; token < tokens; ++token) mean += at(token) / static_cast<double>(tokens);
      for (int64_t token = 0; token < tokens; ++token) {
        squares += at(token) * at(token);
        deviations += (at(token) - mean) * (at(token) - mean);
      }
    }
    diversity.push_back(std::sqrt(deviations / squares));
  }
  return diversity;
}

double order_dependence(const Model& model, const std::vector<int32_t>& source, int64_t permutations, uint64_t seed) {
  Random random(seed);
  const Tensor rows = layer_rows(model, source).back();  // [tokens, width]
  const int64_t width = rows.dim(1);
  float largest = 0, difference = 0;
  for (const float value : rows.values()) largest = std::max(largest, std::abs(value));
  std::vector<int32_t> order(source.size()), permuted(source.size());
  std::iota(order.begin(), order.end(), 0);
  for (int64_t trial = 0; trial < permutations; ++trial) {
    std::shuffle(order.begin(), order.end(), random);
    for (size_t i = 0; i < order.size(); ++i) permuted[i] = source[static_cast<size_t>(order[i])];
    const Tensor again = layer_rows(model, permuted).back();  // [tokens, width]
    for (size_t i = 0; i < order.size(); ++i)
      for (int64_t column = 0; column < width; ++column)
        difference = std::max(difference, std::abs(again.data()[static_cast<int64_t>(i) * width + column] -
                                                   rows.data()[order[i] * width + column]));
  }
  return static_cast<double>(difference / largest);
}

}  // namespace naru
