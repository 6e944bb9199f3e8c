#include "naru/models/transformer.h"

#include "naru/ops/precision.h"
#include "naru/ops/recompute.h"

namespace naru {
namespace {

const TransformerConfig& checked(const TransformerConfig& c) {
  check(c);
  return c;
}

bool has_ssru(const TransformerConfig& c) { return c.decoder == "ssru"; }

/// The tables before the positions: checkpoints know the optimizer's numbers by the order in which weights are made.
std::array<TransformerEmbedding, 2> embeddings(Scope model, const TransformerConfig& c) {
  const Tensor source = embedding_table(model, c, true), target = embedding_table(model, c, false);
  return {transformer_embedding(model / "encoder", c, source), transformer_embedding(model / "decoder", c, target)};
}

AttentionConfig own_attention(const TransformerConfig& c, int64_t layer) {
  return attention_config(c, of_layer(c.decoder_heads, layer, c.heads));
}
AttentionConfig attention_to_source(const TransformerConfig& c, int64_t layer) {
  return attention_config(c, of_layer(c.cross_heads, layer, c.heads));
}

std::variant<SelfAttention, Ssru> self_part(Scope scope, const TransformerConfig& c, int64_t layer) {
  if (has_ssru(c)) return Ssru(scope / "ssru", c.width);
  return SelfAttention(scope / "self_attn", own_attention(c, layer));
}

}  // namespace

struct Transformer::Memory final : State {
  std::vector<LayerMemory> layers;
  std::vector<int32_t> lengths;          // tokens so far, of each sequence
  std::optional<EncoderMemory> encoder;  // where it reads forward only
  void detach() override {               // on a tape nothing but the source is remembered
    for (LayerMemory& layer : layers)
      if (auto& rows = layer.cross.rows) rows->keys.tensor = rows->values.tensor = rows->keys.tensor.detached();
  }
};

Transformer::DecoderLayer::DecoderLayer(Scope scope, const TransformerConfig& c, int64_t index)
    : self(self_part(scope, c, index)),
      after_self(scope / (has_ssru(c) ? "ssru_layer_norm" : "self_attn_layer_norm"), c),
      cross_attention(scope / "encoder_attn", attention_to_source(c, index)),
      after_cross_attention(scope / "encoder_attn_layer_norm", c),
      feed_forward(scope, c, of_layer(c.decoder_feed_forward, index, c.feed_forward)),
      after_feed_forward(scope / "final_layer_norm", c) {}

Transformer::LayerMemory Transformer::DecoderLayer::start(const Tensor& encoded, const Offsets& offsets) const {
  LayerMemory memory;
  std::visit([&](const auto& part) { memory.self = part.memory(offsets.count()); }, self);
  memory.cross = cross_attention.remember(encoded, offsets);
  return memory;
}

/// By self-attention or by the SSRU. [total, width] → [total, width]
Tensor Transformer::DecoderLayer::look_at_own(const Tensor& x, const Offsets& offsets, LayerMemory& memory,
                                              AttentionMap* map) const {
  if (const auto* ssru = std::get_if<Ssru>(&self)) return ssru->append(x, offsets, std::get<SsruMemory>(memory.self));
  return std::get<SelfAttention>(self).append(x, offsets, std::get<KeyValueCache>(memory.self), map);
}

Tensor Transformer::DecoderLayer::operator()(const Tensor& x, const Offsets& offsets, LayerMemory& memory, size_t index,
                                             Trace* trace) const {
  AttentionMap* const self_map =
      std::holds_alternative<SelfAttention>(self) ? next_map(trace, "decoder.{}.self", index) : nullptr;
  const Tensor told = after_self(
      x, offsets, [&](const Tensor& y) { return look_at_own(y, offsets, memory, self_map); });  // [total, width]
  if (trace) trace->hidden.emplace_back(fmt::format("decoder.{}.told", index), told);
  AttentionMap* const cross_map = next_map(trace, "decoder.{}.cross", index);
  const Tensor read = after_cross_attention(
      told, offsets, [&](const Tensor& y) { return cross_attention(y, offsets, memory.cross, cross_map); });
  return after_feed_forward(read, offsets, [&](const Tensor& y) { return feed_forward(y, offsets); });
}

Transformer::Transformer(const TransformerConfig& config, Params params)
    : Model(std::move(params)),
      config_(checked(config)),
      embeddings_(embeddings(Scope(params_) / "model", config)),
      encoder_(Scope(params_) / "model" / "encoder", config, embeddings_[0]) {
  const Scope root(params_), model = root / "model";
  for (int64_t i = 0; i < config.decoder_layers; ++i)
    decoder_.emplace_back(model / "decoder" / "layers" / std::to_string(i), config, i);
  encoder_.add_last_norm(model / "encoder", config);
  decoder_norm_ = last_norm(model / "decoder", config);
  const Tensor weight =
      config.tied_output
          ? embeddings_[1].table
          : (root / "lm_head").table("weight", {config.vocabulary.target, config.width}, xavier_uniform());
  // [1, vocabulary] in files, as Hugging Face has it; a bias row here.
  const Tensor bias =
      config.output_bias ? root.table("final_logits_bias", {1, config.vocabulary.target}, zeros()) : Tensor();
  output_ = Linear(weight, bias);
}

std::unique_ptr<State> Transformer::start(const Ragged& source, Trace* trace) const {
  auto memory = std::make_unique<Memory>();
  memory->lengths.resize(static_cast<size_t>(source.count()));
  if (extends()) memory->encoder = encoder_.memory(source.count());
  const Tensor encoded = to_precision(encoder_(source, trace, memory->encoder ? &*memory->encoder : nullptr));
  if (trace) trace->hidden.emplace_back("source", encoded);
  for (const DecoderLayer& layer : decoder_) memory->layers.push_back(layer.start(encoded, source.offsets));
  return memory;
}

void Transformer::extend(State& state, const Ragged& more) const {
  auto& memory = static_cast<Memory&>(state);
  NARU_CHECK(memory.encoder, "transformer: an encoder that looks both ways reads a source only as a whole");
  NARU_CHECK(more.count() == count(state), "transformer: {} sources go on in a state of {}", more.count(),
             count(state));
  const Tensor encoded = to_precision(encoder_(more, nullptr, &*memory.encoder));
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
  Tensor x = embeddings_[1](tokens, memory.lengths);  // [total, width]
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
    std::visit([&](auto& self) { self.reorder(rows); }, layer.self);
    layer.cross.cache->reorder(rows);
  }
  if (memory.encoder) memory.encoder->reorder(rows);
  std::vector<int32_t> lengths;
  for (const int32_t row : rows) lengths.push_back(memory.lengths.at(static_cast<size_t>(row)));
  memory.lengths = std::move(lengths);
}

void Transformer::join(State& into, std::unique_ptr<State> more) const {
  auto &memory = static_cast<Memory&>(into), &joining = static_cast<Memory&>(*more);
  for (size_t i = 0; i < decoder_.size(); ++i) {
    LayerMemory &layer = memory.layers[i], &more_of_it = joining.layers[i];
    NARU_CHECK(layer.cross.cache && more_of_it.cross.cache, "transformer: a state started on a tape cannot be joined");
    std::visit([&](auto& self) { self.join(std::move(std::get<std::decay_t<decltype(self)>>(more_of_it.self))); },
               layer.self);
    layer.cross.cache->join(std::move(*more_of_it.cross.cache));
  }
  if (memory.encoder) memory.encoder->join(std::move(*joining.encoder));
  memory.lengths.insert(memory.lengths.end(), joining.lengths.begin(), joining.lengths.end());
}

int64_t Transformer::longest() const {
  return config_.positions == "learned" ? config_.maximum_positions : Decoder::longest();
}

int64_t Transformer::count(const State& state) const {
  return static_cast<int64_t>(static_cast<const Memory&>(state).lengths.size());
}

std::pair<double, double> Transformer::matrix_flops_per_token() const {
  const TransformerConfig& c = config_;
  const auto d = static_cast<double>(c.width);
  double source = encoder_products(c), target = static_cast<double>(c.vocabulary.target) * d;
  for (int64_t i = 0; i < c.decoder_layers; ++i) {
    const AttentionConfig cross = attention_to_source(c, i);
    const double keys = 2 * static_cast<double>(cross.kv_width()) * d;
    source += keys;
    target += (has_ssru(c) ? 2 * d * d : attention_products(own_attention(c, i))) + attention_products(cross) - keys +
              2 * d * static_cast<double>(of_layer(c.decoder_feed_forward, i, c.feed_forward));
  }
  return {2 * source, 2 * target};
}

std::vector<ModelPart> Transformer::parts() const {
  const TransformerConfig& c = config_;
  const std::string cross = fmt::format("(attention: {})", attention_formula(c, c.cross_heads, 'c')),
                    own = fmt::format("(attention: {})", attention_formula(c, c.decoder_heads, 's')),
                    attention = has_ssru(c)    ? "(SSRU: 2 d² + d) + " + cross
                                : own == cross ? "2 × " + own
                                               : own + " + " + cross;
  std::vector<ModelPart> parts = encoder_parts(c, params_);
  const auto add = [&](std::string name, std::string formula, std::initializer_list<std::string_view> prefixes) {
    add_part(parts, params_, {std::move(name), std::move(formula)}, prefixes);
  };
  add("decoder",
      fmt::format("{} × ({} + (feed-forward: {}) + (3 norms: 6 d)), d = {}, f = {}{}{}", c.decoder_layers, attention,
                  feed_forward_formula, c.width, feed_forward_symbol(c, c.decoder_feed_forward),
                  heads_symbol(c, c.decoder_heads, 's'), heads_symbol(c, c.cross_heads, 'c')),
      {"model.decoder.layers."});
  add("learned positions", fmt::format("2 × {} × {}", c.maximum_positions, c.width),
      {"model.encoder.embed_positions.", "model.decoder.embed_positions."});
  add("last norms", "2 × 2 d", {"model.encoder.layer_norm.", "model.decoder.layer_norm."});
  add("output", fmt::format("{} × {}", c.vocabulary.target, c.width), {"lm_head."});
  add("output bias", fmt::format("{}", c.vocabulary.target), {"final_logits_bias"});
  return parts;
}

}  // namespace naru
