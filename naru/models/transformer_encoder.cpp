#include "naru/models/transformer_encoder.h"

#include <cmath>

#include "naru/ops/embedding.h"
#include "naru/ops/recompute.h"

namespace naru {
namespace {

Activation activation_of(const std::string& name) {
  if (name == "gelu") return Activation::gelu;
  if (name == "gelu_erf") return Activation::gelu_erf;
  return name == "silu" ? Activation::silu : Activation::relu;
}

}  // namespace

void check(const TransformerConfig& c) {
  if (c.width % c.heads != 0) fail("heads={}: does not divide width={}", c.heads, c.width);
  if (c.key_value_heads > 0 && c.heads % c.key_value_heads != 0)
    fail("key_value_heads={}: does not divide heads={}", c.key_value_heads, c.heads);
  if (c.waits()) c.wait_words();  // refuses what is no number
  check(c.vocabulary);
}

AttentionConfig attention_config(const TransformerConfig& c) {
  return {.width = c.width, .heads = c.heads, .kv_heads = c.key_value_heads, .dropout = c.attention_dropout};
}

AttentionMap* next_map(Trace* trace, const char* name, size_t layer) {
  if (!trace) return nullptr;
  trace->attention.emplace_back().name = fmt::format(fmt::runtime(name), layer);
  return &trace->attention.back();
}

Tensor TransformerEmbedding::operator()(const Ragged& tokens, std::span<const int32_t> first) const {
  const Tensor x = positions(embedding(table, tokens.values, {.scale = scale}), tokens.offsets, first);
  return naru::dropout(x, {static_cast<float>(dropout), tokens.offsets});
}

Tensor embedding_table(Scope model, const TransformerConfig& c, bool source) {
  const Scope scope =
      c.vocabulary.shared ? model / "shared" : model / (source ? "encoder" : "decoder") / "embed_tokens";
  return scope.table("weight", {source ? c.vocabulary.source : c.vocabulary.target, c.width},
                     normal(1 / std::sqrt(static_cast<double>(c.width))));
}

TransformerEmbedding transformer_embedding(Scope side, const TransformerConfig& c, const Tensor& table) {
  return {.table = table,
          .positions = Positions(side / "embed_positions", c.positions, c.width, c.maximum_positions),
          .scale = c.scale_embedding ? std::sqrt(static_cast<float>(c.width)) : 1,
          .dropout = c.dropout};
}

Residual::Residual(Scope scope, const TransformerConfig& c)
    : norm(scope, c.width, c.norm_epsilon), pre(c.norm == "pre"), dropout(c.dropout) {}

FeedForward::FeedForward(Scope scope, const TransformerConfig& c)
    : up(scope / "fc1", c.width, c.feed_forward),
      down(scope / "fc2", c.feed_forward, c.width),
      activation(activation_of(c.activation)),
      dropout(c.activation_dropout) {}

Tensor FeedForward::operator()(const Tensor& x, const Offsets& offsets) const {
  return down(up(x, {activation, {static_cast<float>(dropout), offsets}}));
}

std::optional<Norm> last_norm(Scope side, const TransformerConfig& c) {
  if (c.norm != "pre" && !c.final_norm) return {};
  return Norm(side / "layer_norm", c.width, c.norm_epsilon);
}

TransformerEncoder::Layer::Layer(Scope scope, const TransformerConfig& c)
    : attention(scope / "self_attn", attention_config(c)),
      after_attention(scope / "self_attn_layer_norm", c),
      feed_forward(scope, c),
      after_feed_forward(scope / "final_layer_norm", c) {}

Tensor TransformerEncoder::Layer::operator()(const Tensor& x, const Offsets& offsets, SelfAttention::Memory* memory,
                                             AttentionMap* map) const {
  const Tensor attended = after_attention(x, offsets, [&](const Tensor& y) {
    return memory ? attention.append(y, offsets, *memory, map) : attention(y, offsets, {}, map);
  });  // [total, width]
  return after_feed_forward(attended, offsets, [&](const Tensor& y) { return feed_forward(y, offsets); });
}

TransformerEncoder::TransformerEncoder(Scope scope, const TransformerConfig& c, TransformerEmbedding embedding)
    : embedding_(std::move(embedding)) {
  for (int64_t i = 0; i < c.encoder_layers; ++i) layers_.emplace_back(scope / "layers" / std::to_string(i), c);
}

EncoderMemory TransformerEncoder::memory(int64_t count) const {
  EncoderMemory memory{.layers = {}, .read = std::vector<int32_t>(static_cast<size_t>(count))};
  for (const Layer& layer : layers_) memory.layers.push_back(layer.attention.memory(count));
  return memory;
}

Tensor TransformerEncoder::operator()(const Ragged& source, Trace* trace, EncoderMemory* memory) const {
  const Offsets& offsets = source.offsets;
  Tensor x = embedding_(source, memory ? std::span<const int32_t>(memory->read) : std::span<const int32_t>());
  note(trace, "encoder", 0, x);  // [total, width]
  for (size_t i = 0; i < layers_.size(); ++i) {
    AttentionMap* const map = next_map(trace, "encoder.{}", i);
    SelfAttention::Memory* const before = memory ? &memory->layers[i] : nullptr;
    x = recomputed(
        x, [&layer = layers_[i], offsets, before, map](const Tensor& y) { return layer(y, offsets, before, map); });
    note(trace, "encoder", i + 1, x);
  }
  if (memory)
    for (int64_t i = 0; i < source.count(); ++i)
      memory->read[static_cast<size_t>(i)] += static_cast<int32_t>(offsets.length(i));
  return norm_ ? (*norm_)(x) : x;
}

void EncoderMemory::reorder(std::span<const int32_t> rows) {
  for (SelfAttention::Memory& layer : layers) layer.reorder(rows);
  std::vector<int32_t> chosen;
  for (const int32_t row : rows) chosen.push_back(read.at(static_cast<size_t>(row)));
  read = std::move(chosen);
}

void EncoderMemory::join(EncoderMemory more) {
  for (size_t i = 0; i < layers.size(); ++i) layers[i].join(std::move(more.layers[i]));
  read.insert(read.end(), more.read.begin(), more.read.end());
}

double encoder_products(const TransformerConfig& c) {
  const auto d = static_cast<double>(c.width), kv = static_cast<double>(attention_config(c).kv_width());
  return static_cast<double>(c.encoder_layers) * (2 * d * d + 2 * kv * d + 2 * d * static_cast<double>(c.feed_forward));
}

std::string attention_formula(const TransformerConfig& c) {
  const int64_t kv = attention_config(c).kv_width();
  return kv == c.width ? "4 d² + 4 d" : fmt::format("2 d² + 2 d·k + 2 d + 2 k, k = {}", kv);
}

std::vector<ModelPart> encoder_parts(const TransformerConfig& c, const Params& params) {
  const auto table = [&](int64_t pieces) { return fmt::format("{} × {}", pieces, c.width); };
  std::vector<ModelPart> parts;
  add_part(parts, params, {"shared embedding", table(c.vocabulary.target)}, {"model.shared."});
  add_part(parts, params, {"source embedding", table(c.vocabulary.source)}, {"model.encoder.embed_tokens."});
  add_part(parts, params, {"target embedding", table(c.vocabulary.target)}, {"model.decoder.embed_tokens."});
  add_part(
      parts, params,
      {"encoder", fmt::format("{} × ((attention: {}) + (feed-forward: {}) + (2 norms: 4 d)), d = {}, f = {}",
                              c.encoder_layers, attention_formula(c), feed_forward_formula, c.width, c.feed_forward)},
      {"model.encoder.layers."});
  return parts;
}

}  // namespace naru
