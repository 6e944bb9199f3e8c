#include "naru/models/transformer.h"

#include <cmath>

#include "naru/ops/dropout.h"
#include "naru/ops/embedding.h"
#include "naru/ops/precision.h"
#include "naru/ops/recompute.h"

namespace naru {
namespace {

AttentionConfig attention_config(const TransformerConfig& c) {
  return {.width = c.width, .heads = c.heads, .kv_heads = c.key_value_heads, .dropout = c.attention_dropout};
}

Activation activation_of(const std::string& name) {
  if (name == "gelu") return Activation::gelu;
  if (name == "gelu_erf") return Activation::gelu_erf;
  return name == "silu" ? Activation::silu : Activation::relu;
}

const TransformerConfig& checked(const TransformerConfig& c) {
  if (c.width % c.heads != 0) fail("heads={}: does not divide width={}", c.heads, c.width);
  if (c.key_value_heads > 0 && c.heads % c.key_value_heads != 0)
    fail("key_value_heads={}: does not divide heads={}", c.key_value_heads, c.heads);
  if (c.waits()) c.wait_words();  // refuses what is no number
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
  std::vector<int32_t> lengths;        // tokens so far, of each sequence
  std::vector<KeyValueCache> encoder;  // of each layer, where the encoder reads forward only
  std::vector<int32_t> read;           // source tokens so far, of each sequence
  void detach() override {             // on a tape nothing but the source is remembered
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

Transformer::FeedForward::FeedForward(Scope scope, const TransformerConfig& c)
    : up(scope / "fc1", c.width, c.feed_forward),
      down(scope / "fc2", c.feed_forward, c.width),
      activation(activation_of(c.activation)),
      dropout(c.activation_dropout) {}

Tensor Transformer::FeedForward::operator()(const Tensor& x, const Offsets& offsets) const {
  return down(up(x, {activation, {static_cast<float>(dropout), offsets}}));
}

Transformer::EncoderLayer::EncoderLayer(Scope scope, const TransformerConfig& c)
    : attention(scope / "self_attn", attention_config(c)),
      after_attention{Norm(scope / "self_attn_layer_norm", c.width, c.norm_epsilon), c.norm == "pre", c.dropout},
      feed_forward(scope, c),
      after_feed_forward{Norm(scope / "final_layer_norm", c.width, c.norm_epsilon), c.norm == "pre", c.dropout} {}

Transformer::DecoderLayer::DecoderLayer(Scope scope, const TransformerConfig& c)
    : self_attention(scope / "self_attn", attention_config(c)),
      after_self_attention{Norm(scope / "self_attn_layer_norm", c.width, c.norm_epsilon), c.norm == "pre", c.dropout},
      cross_attention(scope / "encoder_attn", attention_config(c)),
      after_cross_attention{Norm(scope / "encoder_attn_layer_norm", c.width, c.norm_epsilon), c.norm == "pre",
                            c.dropout},
      feed_forward(scope, c),
      after_feed_forward{Norm(scope / "final_layer_norm", c.width, c.norm_epsilon), c.norm == "pre", c.dropout} {}

Tensor Transformer::EncoderLayer::operator()(const Tensor& x, const Offsets& offsets, KeyValueCache* cache,
                                             AttentionMap* map) const {
  const Tensor attended = after_attention(x, offsets, [&](const Tensor& y) {
    return cache ? attention.append(y, offsets, *cache, map) : attention(y, offsets, {}, map);
  });  // [total, width]
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
  for (int64_t i = 0; i < config.encoder_layers; ++i)
    encoder_.emplace_back(model / "encoder" / "layers" / std::to_string(i), config);
  for (int64_t i = 0; i < config.decoder_layers; ++i)
    decoder_.emplace_back(model / "decoder" / "layers" / std::to_string(i), config);
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

/// The rows of the source's new tokens.
Tensor Transformer::encode(const Ragged& source, Memory& memory, Trace* trace) const {
  Tensor x = embed(source_embedding_, source_positions_, source, memory.read);  // [total, width]
  note(trace, "encoder", 0, x);
  for (size_t i = 0; i < encoder_.size(); ++i) {
    AttentionMap* const map = next_map(trace, "encoder.{}", i);
    KeyValueCache* const cache = memory.encoder.empty() ? nullptr : &memory.encoder[i];
    x = recomputed(x, [&layer = encoder_[i], offsets = source.offsets, cache, map](const Tensor& y) {
      return layer(y, offsets, cache, map);
    });
    note(trace, "encoder", i + 1, x);
  }
  for (int64_t i = 0; i < source.count(); ++i)
    memory.read[static_cast<size_t>(i)] += static_cast<int32_t>(source.offsets.length(i));
  return encoder_norm_ ? (*encoder_norm_)(x) : x;
}

std::unique_ptr<State> Transformer::start(const Ragged& source, Trace* trace) const {
  auto memory = std::make_unique<Memory>();
  memory->lengths.resize(static_cast<size_t>(source.count()));
  memory->read.resize(static_cast<size_t>(source.count()));
  if (extends())
    for (const EncoderLayer& layer : encoder_) memory->encoder.push_back(layer.attention.cache(source.count()));
  const Tensor encoded = to_precision(encode(source, *memory, trace));
  for (const DecoderLayer& layer : decoder_)
    memory->layers.push_back(
        {layer.self_attention.cache(source.count()), layer.cross_attention.remember(encoded, source.offsets)});
  return memory;
}

void Transformer::extend(State& state, const Ragged& more) const {
  auto& memory = static_cast<Memory&>(state);
  NARU_CHECK(extends(), "transformer: an encoder that looks both ways reads a source only as a whole");
  NARU_CHECK(more.count() == count(state), "transformer: {} sources go on in a state of {}", more.count(),
             count(state));
  const Tensor encoded = to_precision(encode(more, memory, nullptr));
  for (size_t i = 0; i < decoder_.size(); ++i)
    decoder_[i].cross_attention.extend(memory.layers[i].cross, encoded, more.offsets);
}

void Transformer::limit(State& state, std::vector<int32_t> reach) const {
  const auto shared = std::make_shared<const std::vector<int32_t>>(std::move(reach));
  for (LayerMemory& layer : static_cast<Memory&>(state).layers) layer.cross.reach = shared;
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
  if (!Tape::current())  // on a tape the layers may run again
    for (LayerMemory& layer : memory.layers) layer.cross.reach = nullptr;
  return decoder_norm_ ? (*decoder_norm_)(x) : x;
}

void Transformer::reorder(State& state, std::span<const int32_t> rows) const {
  auto& memory = static_cast<Memory&>(state);
  for (LayerMemory& layer : memory.layers) {
    NARU_CHECK(layer.cross.cache, "transformer: a state started on a tape cannot be reordered");
    layer.self.reorder(rows);
    layer.cross.cache->reorder(rows);
  }
  for (KeyValueCache& layer : memory.encoder) layer.reorder(rows);
  std::vector<int32_t> lengths, read;
  for (const int32_t row : rows) {
    lengths.push_back(memory.lengths.at(static_cast<size_t>(row)));
    read.push_back(memory.read.at(static_cast<size_t>(row)));
  }
  memory.lengths = std::move(lengths);
  memory.read = std::move(read);
}

void Transformer::join(State& into, std::unique_ptr<State> more) const {
  auto &memory = static_cast<Memory&>(into), &joining = static_cast<Memory&>(*more);
  for (size_t i = 0; i < decoder_.size(); ++i) {
    LayerMemory &layer = memory.layers[i], &more_of_it = joining.layers[i];
    NARU_CHECK(layer.cross.cache && more_of_it.cross.cache, "transformer: a state started on a tape cannot be joined");
    layer.self.join(std::move(more_of_it.self));
    layer.cross.cache->join(std::move(*more_of_it.cross.cache));
  }
  for (size_t i = 0; i < memory.encoder.size(); ++i) memory.encoder[i].join(std::move(joining.encoder[i]));
  memory.lengths.insert(memory.lengths.end(), joining.lengths.begin(), joining.lengths.end());
  memory.read.insert(memory.read.end(), joining.read.begin(), joining.read.end());
}

int64_t Transformer::longest() const {
  return config_.positions == "learned" ? config_.maximum_positions : Decoder::longest();
}

int64_t Transformer::count(const State& state) const {
  return static_cast<int64_t>(static_cast<const Memory&>(state).lengths.size());
}

std::pair<double, double> Transformer::matrix_flops_per_token() const {
  const auto d = static_cast<double>(config_.width), hidden = static_cast<double>(config_.feed_forward);
  const AttentionConfig attention = attention_config(config_);
  const double kv = 2 * static_cast<double>(attention.kv_width()) * d;
  const auto encoder = static_cast<double>(config_.encoder_layers),
             decoder = static_cast<double>(config_.decoder_layers);
  const double source = encoder * (2 * d * d + kv + 2 * d * hidden) + decoder * kv;
  const double target =
      decoder * (4 * d * d + kv + 2 * d * hidden) + static_cast<double>(config_.vocabulary.target) * d;
  return {2 * source, 2 * target};
}

std::vector<ModelPart> Transformer::parts() const {
  const TransformerConfig& c = config_;
  const int64_t kv = attention_config(c).kv_width();
  const std::string attention = kv == c.width ? "4 d² + 4 d" : fmt::format("2 d² + 2 d·k + 2 d + 2 k, k = {}", kv);
  const std::string feed_forward = "2 d·f + f + d", symbols = fmt::format("d = {}, f = {}", c.width, c.feed_forward);
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
