#include "naru/models/transformer_encoder.h"

#include <algorithm>
#include <charconv>
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

/// Error: not one number for each layer, or one out of [1, most].
void check_numbers(const char* key, const std::string& numbers, int64_t layers, int64_t most) {
  if (numbers.empty()) return;
  if (std::ranges::count(numbers, ',') + 1 != layers)
    fail("{}={}: needs {} numbers, one a layer", key, numbers, layers);
  for (int64_t i = 0; i < layers; ++i)
    if (const int64_t number = of_layer(numbers, i, 0); number < 1 || number > most)
      fail("{}={}: must be whole numbers from 1 to {}", key, numbers, most);
}

}  // namespace

int64_t of_layer(const std::string& numbers, int64_t layer, int64_t all) {
  if (numbers.empty()) return all;
  const char *begin = numbers.data(), *const end = begin + numbers.size();
  for (; layer > 0; --layer) begin = std::find(begin, end, ',') + 1;
  int64_t number = 0;
  const auto [stop, problem] = std::from_chars(begin, end, number);
  return problem == std::errc() && (stop == end || *stop == ',') ? number : 0;
}

void check(const TransformerConfig& c) {
  if (c.width % c.heads != 0) fail("heads={}: does not divide width={}", c.heads, c.width);
  if (c.key_value_heads > 0 && c.heads % c.key_value_heads != 0)
    fail("key_value_heads={}: does not divide heads={}", c.key_value_heads, c.heads);
  check_numbers("encoder_heads", c.encoder_heads, c.encoder_layers, c.heads);
  check_numbers("decoder_heads", c.decoder_heads, c.decoder_layers, c.heads);
  check_numbers("cross_heads", c.cross_heads, c.decoder_layers, c.heads);
  check_numbers("encoder_feed_forward", c.encoder_feed_forward, c.encoder_layers, c.feed_forward);
  check_numbers("decoder_feed_forward", c.decoder_feed_forward, c.decoder_layers, c.feed_forward);
  if (c.key_value_heads > 0 && !(c.encoder_heads + c.decoder_heads + c.cross_heads).empty())
    fail("key_value_heads={}: heads that share keys and values are as many in every layer", c.key_value_heads);
  if (c.waits()) c.wait_words();  // refuses what is no number
  check(c.vocabulary);
}

AttentionConfig attention_config(const TransformerConfig& c, int64_t heads) {
  return {.width = c.width,
          .heads = heads,
          .kv_heads = c.key_value_heads,
          .head_width = c.width / c.heads,
          .dropout = c.attention_dropout};
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
    : norm(scope, c.width, c.norm_epsilon), pre(c.norm == "pre"), connected(c.residual), dropout(c.dropout) {}

FeedForward::FeedForward(Scope scope, const TransformerConfig& c, int64_t hidden)
    : up(scope / "fc1", c.width, hidden),
      down(scope / "fc2", hidden, c.width),
      activation(activation_of(c.activation)),
      dropout(c.activation_dropout) {}

Tensor FeedForward::operator()(const Tensor& x, const Offsets& offsets) const {
  return down(up(x, {activation, {static_cast<float>(dropout), offsets}}));
}

std::optional<Norm> last_norm(Scope side, const TransformerConfig& c) {
  if (c.norm != "pre" && !c.final_norm) return {};
  return Norm(side / "layer_norm", c.width, c.norm_epsilon);
}

TransformerEncoder::Layer::Layer(Scope scope, const TransformerConfig& c, int64_t index)
    : attention(scope / "self_attn", attention_config(c, of_layer(c.encoder_heads, index, c.heads))),
      after_attention(scope / "self_attn_layer_norm", c),
      feed_forward(scope, c, of_layer(c.encoder_feed_forward, index, c.feed_forward)),
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
  for (int64_t i = 0; i < c.encoder_layers; ++i) layers_.emplace_back(scope / "layers" / std::to_string(i), c, i);
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

double attention_products(const AttentionConfig& c) {
  return 2 * static_cast<double>(c.width) * static_cast<double>(c.inner() + c.kv_width());
}

double encoder_products(const TransformerConfig& c) {
  double products = 0;
  for (int64_t i = 0; i < c.encoder_layers; ++i)
    products += attention_products(attention_config(c, of_layer(c.encoder_heads, i, c.heads))) +
                2 * static_cast<double>(c.width * of_layer(c.encoder_feed_forward, i, c.feed_forward));
  return products;
}

std::string attention_formula(const TransformerConfig& c, const std::string& heads, char letter) {
  if (!heads.empty()) return fmt::format("4 d·{0} + 3 {0} + d", letter);
  const int64_t kv = attention_config(c, c.heads).kv_width();
  return kv == c.width ? "4 d² + 4 d" : fmt::format("2 d² + 2 d·k + 2 d + 2 k, k = {}", kv);
}

std::string heads_symbol(const TransformerConfig& c, const std::string& heads, char letter) {
  return heads.empty() ? "" : fmt::format(", {} = {} × ({})", letter, c.width / c.heads, heads);
}

std::string feed_forward_symbol(const TransformerConfig& c, const std::string& numbers) {
  return numbers.empty() ? std::to_string(c.feed_forward) : fmt::format("({})", numbers);
}

std::vector<ModelPart> encoder_parts(const TransformerConfig& c, const Params& params) {
  const auto table = [&](int64_t pieces) { return fmt::format("{} × {}", pieces, c.width); };
  std::vector<ModelPart> parts;
  add_part(parts, params, {"shared embedding", table(c.vocabulary.target)}, {"model.shared."});
  add_part(parts, params, {"source embedding", table(c.vocabulary.source)}, {"model.encoder.embed_tokens."});
  add_part(parts, params, {"target embedding", table(c.vocabulary.target)}, {"model.decoder.embed_tokens."});
  add_part(parts, params,
           {"encoder",
            fmt::format("{} × ((attention: {}) + (feed-forward: {}) + (2 norms: 4 d)), d = {}, f = {}{}",
                        c.encoder_layers, attention_formula(c, c.encoder_heads, 'a'), feed_forward_formula, c.width,
                        feed_forward_symbol(c, c.encoder_feed_forward), heads_symbol(c, c.encoder_heads, 'a'))},
           {"model.encoder.layers."});
  return parts;
}

}  // namespace naru
