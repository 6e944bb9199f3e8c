#include "naru/lab/gradient_flow.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "naru/evaluate/model_folder.h"
#include "naru/ops/output_loss.h"

namespace naru {
namespace {

/// The rows that a source's symbols are embedded as: [vocabulary, width].
const Tensor& source_table(const Params& params) {
  auto found = params.named().find("source_embedding.weight");
  if (found == params.named().end()) found = params.named().find("model.encoder.embed_tokens.weight");
  NARU_CHECK(found != params.named().end(), "gradient flow: the model has no embedding of the source alone");
  return found->second;
}

double length_of(std::span<const float> values) {
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares);
}

}  // namespace

void leave_gradients(const Model& model, const Batch& batch) {
  const Decoder& decoder = *model.decoder();
  model.params().clear_gradients();
  Tape tape({.dropout = false});
  const auto state = decoder.start(batch.source);
  const Tensor hidden = decoder.append(*state, batch.target_in);  // [target tokens, width]
  const Linear& output = decoder.output();
  const float scale = 1 / static_cast<float>(batch.target_tokens());
  tape.backward(output_loss(hidden, output.weight, output.bias, batch.target_out, {.scale = scale}).loss);
}

double gradient_norm(const Params& params, std::string_view prefix) {
  double squares = 0;
  for (const auto& [name, weight] : params.named()) {
    if (!name.starts_with(prefix)) continue;
    if (const Tensor gradient = gradient_of(weight)) squares += std::pow(length_of(gradient.values()), 2);
  }
  return std::sqrt(squares);
}

std::vector<double> gradient_by_distance(const Model& model, const std::vector<int32_t>& source, int32_t target) {
  NARU_CHECK(std::set(source.begin(), source.end()).size() == source.size(), "gradient flow: a symbol comes twice");
  const SentenceMarks marks = marks_of(model.vocabulary());
  std::vector<int32_t> closed = source;
  closed.push_back(marks.source_end);
  leave_gradients(model, {.source = Ragged::from({closed}),
                          .target_in = Ragged::from({{marks.start}}),
                          .target_out = Tensor::from({target}, {1}),
                          .soft = {},
                          .sentences = {}});
  const Tensor gradient = gradient_of(source_table(model.params()));  // [vocabulary, width]
  std::vector<double> norms;
  for (const int32_t symbol : source) norms.push_back(length_of(gradient.rows(symbol, symbol + 1).values()));
  std::ranges::reverse(norms);
  return norms;
}

double descend(Model& model, const Batch& batch, const Descent& descent) {
  leave_gradients(model, batch);
  const double norm = gradient_norm(model.params(), "");
  const double shortened = descent.clip > 0 && norm > descent.clip ? descent.clip / norm : 1;
  const auto factor = static_cast<float>(descent.rate * shortened);
  for (const Tensor& weight : model.params().blocks()) {
    const Tensor gradient = gradient_of(weight);
    if (!gradient) continue;
    const auto to = weight.values(), from = gradient.values();
    for (size_t i = 0; i < to.size(); ++i) to[i] -= factor * from[i];
  }
  model.params().touch();
  return norm;
}

TokenPair latch(int64_t length, int64_t symbols, Random& random) {
  TokenPair pair;
  for (int64_t symbol = latch_answers + 1; symbol <= symbols; ++symbol)
    pair.source.push_back(static_cast<int32_t>(symbol));
  NARU_CHECK(length >= 1 && length <= std::ssize(pair.source), "latch: {} symbols of {}", length, symbols);
  std::shuffle(pair.source.begin(), pair.source.end(), random);
  pair.source.resize(static_cast<size_t>(length));
  pair.source[0] = static_cast<int32_t>(1 + random.below(latch_answers));
  pair.target = {pair.source[0]};
  return pair;
}

std::vector<TokenPair> latches(int64_t count, const LatchLengths& lengths, int64_t symbols, Random& random) {
  std::vector<TokenPair> pairs;
  const auto range = static_cast<uint64_t>(lengths.longest - lengths.shortest + 1);
  for (int64_t i = 0; i < count; ++i)
    pairs.push_back(latch(lengths.shortest + static_cast<int64_t>(random.below(range)), symbols, random));
  return pairs;
}

double factor_per_step(std::span<const double> by_distance) {
  const auto n = static_cast<double>(by_distance.size());
  const double middle = (n - 1) / 2;
  double products = 0, squares = 0;
  for (size_t k = 0; k < by_distance.size(); ++k) {
    const double x = static_cast<double>(k) - middle;
    products += x * std::log(std::max<double>(by_distance[k], std::numeric_limits<float>::min()));
    squares += x * x;
  }
  return std::exp(products / squares);
}

}  // namespace naru
