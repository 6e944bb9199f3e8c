#include "naru/lab/attention_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "naru/models/transformer_encoder.h"
#include "naru/nn/recurrent.h"
#include "naru/ops/activations.h"
#include "naru/ops/arithmetic.h"
#include "naru/ops/concat.h"
#include "naru/ops/linear.h"
#include "naru/ops/norm.h"
#include "naru/ops/softmax.h"

namespace naru {
namespace {

/// A weight by its name; the empty tensor where the layer has none.
Tensor weight_of(const Params& params, const std::string& name) {
  const auto found = params.named().find(name);
  return found == params.named().end() ? Tensor() : found->second;
}

Tensor projected(const Params& params, const std::string& name, const Tensor& rows) {
  return linear(rows, weight_of(params, name + ".weight"), weight_of(params, name + ".bias"));
}

Tensor normed(const Params& params, const std::string& name, const Tensor& rows, double epsilon) {
  return layer_norm(rows, weight_of(params, name + ".weight"), weight_of(params, name + ".bias"),
                    static_cast<float>(epsilon));
}

/// Scores of the keys that stand behind a query become -∞.
void hide_what_follows(Tensor& scores) {
  const int64_t columns = scores.dim(1);
  for (int64_t query = 0; query < scores.dim(0); ++query)
    for (int64_t key = query + 1; key < columns; ++key)
      scores.data()[query * columns + key] = -std::numeric_limits<float>::infinity();
}

/// Where a Transformer's attention has its weights, and the rows that it reads.
struct Place {
  std::string weights, norm = {};
  Tensor asking = {}, asked = {};  // rows before the norm in front; asked: empty where it is the same
  bool causal = false;
};

Place place_of(const TransformerConfig& config, const Trace& trace, const std::string& layer) {
  Place place{.weights = attention_weights(layer)};
  place.norm = place.weights + "_layer_norm";
  place.asking = trace.find(layer);
  if (layer.ends_with(".self")) place.asking = trace.find(layer.substr(0, layer.rfind('.')));
  if (layer.ends_with(".cross")) {
    place.asking = trace.find(layer.substr(0, layer.rfind('.')) + ".told");
    place.asked = trace.find("source");
  }
  place.causal = layer.ends_with(".self") || (layer.starts_with("encoder") && config.waits());
  return place;
}

/// Q, K, V and the scores of a Transformer's head.
AttentionSteps transformer_head(const TransformerConfig& config, const Params& params, const Trace& trace,
                                const HeadChoice& choice) {
  const Place place = place_of(config, trace, choice.layer);
  const Tensor asking =
      config.norm == "pre" ? normed(params, place.norm, place.asking, config.norm_epsilon) : place.asking;
  const Tensor asked = place.asked ? place.asked : asking;
  const AttentionConfig sizes = attention_config(config, attention_map(trace, choice.layer).heads);
  const int64_t d = sizes.head_d(), shared = sizes.heads * d / sizes.kv_width();  // heads that share keys and values
  const auto head_of = [&](const char* part, const Tensor& rows, int64_t head) {
    return slice_columns(projected(params, fmt::format("{}.{}", place.weights, part), rows), head * d, (head + 1) * d);
  };
  AttentionSteps steps{.scale = 1 / std::sqrt(static_cast<float>(d)),
                       .queries = head_of("q_proj", asking, choice.head),
                       .keys = head_of("k_proj", asked, choice.head / shared),
                       .values = head_of("v_proj", asked, choice.head / shared)};
  steps.scores = linear(steps.queries, steps.keys);
  if (place.causal) hide_what_follows(steps.scores);
  return steps;
}

/// v · tanh(q + k) for each query and key. query [n, d], key [m, d], v [d] → [n, m]
Tensor additive_energies(const Tensor& queries, const Tensor& keys, const Tensor& v) {
  Tensor energies({queries.dim(0), keys.dim(0)});
  for (int64_t n = 0; n < queries.dim(0); ++n) {
    std::vector<Tensor> same(static_cast<size_t>(keys.dim(0)), queries.rows(n, n + 1));
    const Tensor row = linear(tanh(add(concat_rows(same), keys)), v.detached().reshaped({1, v.size()}));  // [m, 1]
    std::copy_n(row.data(), keys.dim(0), energies.data() + n * keys.dim(0));
  }
  return energies;
}

/// Of a recurrent decoder, whose queries are its topmost states.
AttentionSteps recurrent_head(const Seq2SeqConfig& config, const Params& params, const Trace& trace) {
  const std::string top = fmt::format("decoder.{}", config.decoder_layers);
  Tensor states = trace.find(top);  // [n, width]
  if (config.attention_order == "bahdanau")
    states = rows_before(states, Offsets({static_cast<int32_t>(states.dim(0))}), trace.find(top + ".first"));
  AttentionSteps steps{.queries = states, .values = trace.find("source")};
  steps.keys = config.attention == "dot" ? steps.values : projected(params, "attention.key", steps.values);
  if (config.attention == "additive") steps.queries = projected(params, "attention.query", states);
  steps.scores = config.attention == "additive"
                     ? additive_energies(steps.queries, steps.keys, weight_of(params, "attention.score.weight"))
                     : linear(steps.queries, steps.keys);
  return steps;
}

/// weights [n, m], values [m, d] → [n, d]
Tensor weighted_sum(const Tensor& weights, const Tensor& values) {
  const int64_t keys = values.dim(0), d = values.dim(1);
  Tensor sums = Tensor::zeros({weights.dim(0), d});
  for (int64_t query = 0; query < weights.dim(0); ++query)
    for (int64_t key = 0; key < keys; ++key)
      for (int64_t k = 0; k < d; ++k)
        sums.data()[query * d + k] += weights.data()[query * keys + key] * values.data()[key * d + k];
  return sums;
}

/// A table that does not tell how the model came to its result would be worse than none.
void check_against(const AttentionMap& map, const AttentionSteps& steps) {
  const std::span<const float> all(map.sequences.at(0)), shown = steps.weights.values();
  const std::span<const float> used = all.subspan(static_cast<size_t>(steps.head) * shown.size(), shown.size());
  float largest = 0;
  for (size_t i = 0; i < used.size(); ++i) largest = std::max(largest, std::abs(used[i] - shown[i]));
  NARU_CHECK(largest < 1e-4f, "{}, head {}: weights made from the trace are up to {} from the model's", steps.layer,
             steps.head, largest);
}

}  // namespace

std::string attention_weights(const std::string& layer) {
  const std::string side = layer.substr(0, layer.find('.'));
  const size_t number = side.size() + 1;
  return fmt::format("model.{}.layers.{}.{}", side, layer.substr(number, layer.find('.', number) - number),
                     layer.ends_with(".cross") ? "encoder_attn" : "self_attn");
}

const AttentionMap& attention_map(const Trace& trace, const std::string& layer) {
  const auto found = std::ranges::find(trace.attention, layer, &AttentionMap::name);
  NARU_CHECK(found != trace.attention.end(), "a trace without an attention '{}'", layer);
  return *found;
}

AttentionSteps attention_steps(const ModelConfig& config, const Params& params, const Trace& trace,
                               const HeadChoice& choice) {
  const AttentionMap& map = attention_map(trace, choice.layer);
  NARU_CHECK(choice.head >= 0 && choice.head < map.heads, "{}: head {} of {}", choice.layer, choice.head, map.heads);
  const auto* hybrid = std::get_if<HybridConfig>(&config);
  AttentionSteps steps;
  if (choice.layer == "attention")
    steps = recurrent_head(hybrid ? hybrid->decoder : std::get<Seq2SeqConfig>(config), params, trace);
  else
    steps = transformer_head(hybrid ? hybrid->encoder : std::get<TransformerConfig>(config), params, trace, choice);
  steps.layer = choice.layer;
  steps.head = choice.head;
  steps.scaled = scale(steps.scores, steps.scale);
  steps.weights = softmax(steps.scaled);
  steps.output = weighted_sum(steps.weights, steps.values);
  check_against(map, steps);
  return steps;
}

}  // namespace naru
