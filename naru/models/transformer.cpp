#include "naru/models/transformer.h"

#include <algorithm>
#include <cmath>

#include "naru/ops/dropout.h"
#include "naru/ops/embedding.h"
#include "naru/ops/precision.h"
#include "naru/ops/recompute.h"

namespace naru {
namespace {

/// A layer's own number, where layers differ.
int64_t of_layer(const std::vector<std::string>& each, size_t layer, int64_t all) {
  return each.empty() ? all : std::stoll(each[layer]);
}

bool is_pruned(const TransformerConfig& c) {
  return !(c.encoder_heads.empty() && c.decoder_heads.empty() && c.cross_heads.empty() &&
           c.encoder_feed_forward.empty() && c.decoder_feed_forward.empty());
}

AttentionConfig attention_config(const TransformerConfig& c, int64_t heads) {
  return {.width = c.width,
          .heads = heads,
          .kv_heads = c.key_value_heads,
          .head_width = c.width / c.heads,
          .dropout = c.attention_dropout};
}

Activation activation_of(const std::string& name) {
  if (name == "gelu") return Activation::gelu;
  if (name == "gelu_erf") return Activation::gelu_erf;
  return name == "silu" ? Activation::silu : Activation::relu;
}

void check_of_layers(const char* key, const std::vector<std::string>& each, int64_t layers) {
  if (each.empty()) return;
  if (std::ssize(each) != layers) fail("{}: has {} numbers for {} layers", key, each.size(), layers);
  for (const std::string& number : each)
    if (number.empty() || number.size() > 9 || number[0] == '0' ||
        !std::ranges::all_of(number, [](char digit) { return digit >= '0' && digit <= '9'; }))
      fail("{}: '{}' is not a whole number of at least 1", key, number);
}

const TransformerConfig& checked(const TransformerConfig& c) {
  if (c.width % c.heads != 0) fail("heads={}: does not divide width={}", c.heads, c.width);
  if (c.key_value_heads > 0 && c.heads % c.key_value_heads != 0)
    fail("key_value_heads={}: does not divide heads={}", c.key_value_heads, c.heads);
  check_of_layers("encoder_heads", c.encoder_heads, c.encoder_layers);
  check_of_layers("decoder_heads", c.decoder_heads, c.decoder_layers);
  check_of_layers("cross_heads", c.cross_heads, c.decoder_layers);
  check_of_layers("encoder_feed_forward", c.encoder_feed_forward, c.encoder_layers);
  check_of_layers("decoder_feed_forward", c.decoder_feed_forward, c.decoder_layers);
  if (c.key_value_heads > 0 && !(c.encoder_heads.empty() && c.decoder_heads.empty() && c.cross_heads.empty()))
    fail("key_value_heads={}: layers with heads of their own cannot share those of keys and values", c.key_value_heads);
  check(c.vocabulary);
  return c;
}

/// The embedding of one side, under the names of Hugging Face's Marian.
Tensor embedding_table(Scope model, const TransformerConfig& c, bool source) {
  const Scope scope =
      c.vocabulary.shared ? model / "shared" : model / (source ? "encoder" : "decoder") / "embed_tokens";
  return scope.table("weight", {source ? c.vocabulary.source : c.vocabulary.target, c.width},
                     normal(1 / std::sqrt(static_cast<double>(c.width))));
}

/// `name` with the layer's number in place of {}.
AttentionMap* next_map(Trace* trace, const char* name, size_t layer) {
  if (!trace) return nullptr;
  trace->attention.emplace_back().name = fmt::format(fmt::runtime(name), layer);
  return &trace->attention.back();
}

void note(Trace* trace, const char* side, size_t layer, const Tensor& rows) {
  if (trace) trace->hidden.emplace_back(fmt::format("{}.{}", side, layer), rows);
}

}  // namespace

struct Transformer::Memory final : State {
  std::vector<LayerMemory> layers;
  std::vector<int32_t> lengths;  // tokens so far, of each sequence
  void detach() override {       // on a tape nothing but the source is remembered
    for (LayerMemory& layer : layers)
      if (auto& rows = layer.cross.rows) rows->keys.tensor = rows->values.tensor = rows->keys.tensor.detached();
  }
};

template <class Part>
Tensor Transformer::Residual::operator()(const Tensor& x, const Offsets& offsets, Part&& part) const {
  const DropoutSpec drop{static_cast<float>(dropout), offsets};
  if (pre) return add_dropped(x, part(norm.for_products(x)), drop);
  return residual_norm(x, part(to_precision(x)), norm.weight, norm.bias, norm.epsilon, drop);
}

Transformer::FeedForward::FeedForward(Scope scope, const TransformerConfig& c, int64_t hidden)
    : up(scope / "fc1", c.width, hidden),
      down(scope / "fc2", hidden, c.width),
      activation(activation_of(c.activation)),
      dropout(c.activation_dropout) {}

Tensor Transformer::FeedForward::operator()(const Tensor& x, const Offsets& offsets) const {
  return down(up(x, {activation, {static_cast<float>(dropout), offsets}}));
}

Transformer::EncoderLayer::EncoderLayer(Scope scope, const TransformerConfig& c, size_t index)
    : attention(scope / "self_attn", attention_config(c, of_layer(c.encoder_heads, index, c.heads))),
      after_attention{Norm(scope / "self_attn_layer_norm", c.width, c.norm_epsilon), c.norm == "pre", c.dropout},
      feed_forward(scope, c, of_layer(c.encoder_feed_forward, index, c.feed_forward)),
      after_feed_forward{Norm(scope / "final_layer_norm", c.width, c.norm_epsilon), c.norm == "pre", c.dropout} {}

Transformer::DecoderLayer::DecoderLayer(Scope scope, const TransformerConfig& c, size_t index)
    : self_attention(scope / "self_attn", attention_config(c, of_layer(c.decoder_heads, index, c.heads))),
      after_self_attention{Norm(scope / "self_attn_layer_norm", c.width, c.norm_epsilon), c.norm == "pre", c.dropout},
      cross_attention(scope / "encoder_attn", attention_config(c, of_layer(c.cross_heads, index, c.heads))),
      after_cross_attention{Norm(scope / "encoder_attn_layer_norm", c.width, c.norm_epsilon), c.norm == "pre",
                            c.dropout},
      feed_forward(scope, c, of_layer(c.decoder_feed_forward, index, c.feed_forward)),
      after_feed_forward{Norm(scope / "final_layer_norm", c.width, c.norm_epsilon), c.norm == "pre", c.dropout} {}

Tensor Transformer::EncoderLayer::operator()(const Tensor& x, const Offsets& offsets, AttentionMap* map) const {
  const Tensor attended =
      after_attention(x, offsets, [&](const Tensor& y) { return attention(y, offsets, {}, map); });  // [total, width]
  return after_feed_forward(attended, offsets, [&](const Tensor& y) { return feed_forward(y, offsets); });
}

Tensor Transformer::DecoderLayer::operator()(const Tensor& x, const Offsets& offsets, LayerMemory& memory, size_t index,
                                             Trace* trace) const {
  AttentionMap* const self_map = next_map(trace, "decoder.{}.self", index);
  const Tensor told = after_self_attention(x, offsets, [&](const Tensor& y) {
    return self_attention.append(y, offsets, memory.self, self_map);
  });  // [total, width]
  AttentionMap* const cross_map = next_map(trace, "decoder.{}.cross", index);
  const Tensor read = after_cross_attention(
      told, offsets, [&](const Tensor& y) { return cross_attention(y, offsets, memory.cross, cross_map); });
  return after_feed_forward(read, offsets, [&](const Tensor& y) { return feed_forward(y, offsets); });
}

Transformer::Transformer(const TransformerConfig& config, Params params)
    : Model(std::move(params)),
      config_(checked(config)),
      source_embedding_(embedding_table(Scope(params_) / "model", config, true)),
      target_embedding_(embedding_table(Scope(params_) / "model", config, false)),
      source_positions_(Scope(params_) / "model" / "encoder" / "embed_positions", config.positions, config.width,
                        config.maximum_positions),
      target_positions_(Scope(params_) / "model" / "decoder" / "embed_positions", config.positions, config.width,
                        config.maximum_positions) {
  const Scope root(params_), model = root / "model";
  for (size_t i = 0; i < static_cast<size_t>(config.encoder_layers); ++i)
    encoder_.emplace_back(model / "encoder" / "layers" / std::to_string(i), config, i);
  for (size_t i = 0; i < static_cast<size_t>(config.decoder_layers); ++i)
    decoder_.emplace_back(model / "decoder" / "layers" / std::to_string(i), config, i);
  if (config.norm == "pre" || config.final_norm) {
    encoder_norm_.emplace(model / "encoder" / "layer_norm", config.width, config.norm_epsilon);
    decoder_norm_.emplace(model / "decoder" / "layer_norm", config.width, config.norm_epsilon);
  }
  const Tensor weight =
      config.tied_output
          ? target_embedding_
          : (root / "lm_head").table("weight", {config.vocabulary.target, config.width}, xavier_uniform());
  // [1, vocabulary] in files, as Hugging Face has it; a bias row here.
  const Tensor bias =
      config.output_bias ? root.table("final_logits_bias", {1, config.vocabulary.target}, zeros()) : Tensor();
  output_ = Linear(weight, bias);
}

Tensor Transformer::embed(const Tensor& table, const Positions& positions, const Ragged& tokens,
                          std::span<const int32_t> first) const {
  const float scale = config_.scale_embedding ? std::sqrt(static_cast<float>(config_.width)) : 1;
  const Tensor x = positions(embedding(table, tokens.values, {.scale = scale}), tokens.offsets, first);
  return dropout(x, {static_cast<float>(config_.dropout), tokens.offsets});
}

Tensor Transformer::encode(const Ragged& source, Trace* trace) const {
  Tensor x = embed(source_embedding_, source_positions_, source, {});  // [total, width]
  note(trace, "encoder", 0, x);
  for (size_t i = 0; i < encoder_.size(); ++i) {
    AttentionMap* const map = next_map(trace, "encoder.{}", i);
    x = recomputed(
        x, [&layer = encoder_[i], offsets = source.offsets, map](const Tensor& y) { return layer(y, offsets, map); });
    note(trace, "encoder", i + 1, x);
  }
  return encoder_norm_ ? (*encoder_norm_)(x) : x;
}

std::unique_ptr<State> Transformer::start(const Ragged& source, Trace* trace) const {
  const Tensor encoded = to_precision(encode(source, trace));
  auto memory = std::make_unique<Memory>();
  memory->lengths.resize(static_cast<size_t>(source.count()));
  for (const DecoderLayer& layer : decoder_)
    memory->layers.push_back(
        {layer.self_attention.cache(source.count()), layer.cross_attention.remember(encoded, source.offsets)});
  return memory;
}

Tensor Transformer::append(State& state, const Ragged& tokens, Trace* trace) const {
  auto& memory = static_cast<Memory&>(state);
  NARU_CHECK(tokens.count() == count(state), "transformer: {} sequences appended to a state of {}", tokens.count(),
             count(state));
  for (const int32_t before : memory.lengths)
    NARU_CHECK(!Tape::current() || before == 0,
               "transformer: on a tape the whole sequences come in one call, but {} tokens came before", before);
  const Offsets& offsets = tokens.offsets;
  Tensor x = embed(target_embedding_, target_positions_, tokens, memory.lengths);  // [total, width]
  note(trace, "decoder", 0, x);
  for (size_t i = 0; i < decoder_.size(); ++i) {
    x = recomputed(x, [&layer = decoder_[i], &layer_memory = memory.layers[i], offsets, i, trace](const Tensor& y) {
      return layer(y, offsets, layer_memory, i, trace);
    });
    note(trace, "decoder", i + 1, x);
  }
  for (int64_t i = 0; i < tokens.count(); ++i)
    memory.lengths[static_cast<size_t>(i)] += static_cast<int32_t>(offsets.length(i));
  return decoder_norm_ ? (*decoder_norm_)(x) : x;
}

void Transformer::reorder(State& state, std::span<const int32_t> rows) const {
  auto& memory = static_cast<Memory&>(state);
  for (LayerMemory& layer : memory.layers) {
    NARU_CHECK(layer.cross.cache, "transformer: a state started on a tape cannot be reordered");
    layer.self.reorder(rows);
    layer.cross.cache->reorder(rows);
  }
  std::vector<int32_t> lengths;
  for (const int32_t row : rows) lengths.push_back(memory.lengths.at(static_cast<size_t>(row)));
  memory.lengths = std::move(lengths);
}

void Transformer::join(State& into, std::unique_ptr<State> more) const {
  auto &memory = static_cast<Memory&>(into), &joining = static_cast<Memory&>(*more);
  for (size_t i = 0; i < decoder_.size(); ++i) {
    LayerMemory &layer = memory.layers[i], &more_of_it = joining.layers[i];
    NARU_CHECK(layer.cross.cache && more_of_it.cross.cache, "transformer: a state started on a tape cannot be joined");
    layer.self.join(std::move(more_of_it.self));
    layer.cross.cache->join(std::move(*more_of_it.cross.cache));
  }
  memory.lengths.insert(memory.lengths.end(), joining.lengths.begin(), joining.lengths.end());
}

int64_t Transformer::longest() const {
  return config_.positions == "learned" ? config_.maximum_positions : Decoder::longest();
}

int64_t Transformer::count(const State& state) const {
  return static_cast<int64_t>(static_cast<const Memory&>(state).lengths.size());
}

std::pair<double, double> Transformer::matrix_flops_per_token() const {
  double source = 0, target = static_cast<double>(config_.vocabulary.target * config_.width);
  for (const auto& [name, tensor] : params_.named()) {
    if (tensor.rank() != 2 || name.find(".layers.") == std::string::npos) continue;
    const bool of_source = name.starts_with("model.encoder.") || name.ends_with("encoder_attn.k_proj.weight") ||
                           name.ends_with("encoder_attn.v_proj.weight");
    (of_source ? source : target) += static_cast<double>(tensor.size());
  }
  return {2 * source, 2 * target};
}

std::vector<ModelPart> Transformer::parts() const {
  const TransformerConfig& c = config_;
  const int64_t kv = attention_config(c, c.heads).kv_width();
  const std::string attention = kv == c.width ? "4 d² + 4 d" : fmt::format("2 d² + 2 d·k + 2 d + 2 k, k = {}", kv);
  const std::string feed_forward = "2 d·f + f + d", symbols = fmt::format("d = {}, f = {}{}", c.width, c.feed_forward,
                                                                          is_pruned(c) ? ", less what is pruned" : "");
  std::vector<ModelPart> parts;
  const auto add = [&](std::string name, std::string formula, std::initializer_list<std::string_view> prefixes) {
    int64_t count = 0;
    for (const std::string_view prefix : prefixes) count += params_.parameter_count(prefix);
    if (count > 0) parts.push_back({std::move(name), std::move(formula), count});
  };
  add("shared embedding", fmt::format("{} × {}", c.vocabulary.target, c.width), {"model.shared."});
  add("source embedding", fmt::format("{} × {}", c.vocabulary.source, c.width), {"model.encoder.embed_tokens."});
  add("target embedding", fmt::format("{} × {}", c.vocabulary.target, c.width), {"model.decoder.embed_tokens."});
  add("learned positions", fmt::format("2 × {} × {}", c.maximum_positions, c.width),
      {"model.encoder.embed_positions.", "model.decoder.embed_positions."});
  add("encoder",
      fmt::format("{} × ((attention: {}) + (feed-forward: {}) + (2 norms: 4 d)), {}", c.encoder_layers, attention,
                  feed_forward, symbols),
      {"model.encoder.layers."});
  add("decoder",
      fmt::format("{} × (2 × (attention: {}) + (feed-forward: {}) + (3 norms: 6 d)), {}", c.decoder_layers, attention,
                  feed_forward, symbols),
      {"model.decoder.layers."});
  add("last norms", "2 × 2 d", {"model.encoder.layer_norm.", "model.decoder.layer_norm."});
  add("output", fmt::format("{} × {}", c.vocabulary.target, c.width), {"lm_head."});
  add("output bias", fmt::format("{}", c.vocabulary.target), {"final_logits_bias"});
  return parts;
}

}  // namespace naru
