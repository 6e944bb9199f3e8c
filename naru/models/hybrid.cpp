#include "naru/models/hybrid.h"

#include "naru/ops/precision.h"

namespace naru {
namespace {

/// With what one side takes over from the other. The encoder ends in no state: there is nothing to bridge.
HybridConfig completed(HybridConfig c) {
  if (c.decoder.attention == "none")
    fail("attention=none: the decoder sees a Transformer's encoder only by attention; set additive, dot or general");
  c.encoder.vocabulary = c.decoder.vocabulary = c.vocabulary;
  c.decoder.width = c.encoder.width;
  c.decoder.dropout = c.encoder.dropout;
  c.decoder.embedding = 0;
  c.decoder.bidirectional = c.decoder.bridge = c.decoder.context_input = false;
  check(c.encoder);
  check(c.decoder);
  return c;
}

TransformerEncoder transformer_encoder(Scope model, const TransformerConfig& c) {
  return {model / "encoder", c, transformer_embedding(model / "encoder", c, embedding_table(model, c, true))};
}

}  // namespace

Hybrid::Hybrid(const HybridConfig& config, Params params)
    : Model(std::move(params)),
      config_(completed(config)),
      encoder_(transformer_encoder(Scope(params_) / "model", config_.encoder)),
      decoder_(Scope(params_), config_.decoder, embedding_table(Scope(params_) / "model", config_.encoder, false),
               config_.encoder.width) {
  encoder_.add_last_norm(Scope(params_) / "model" / "encoder", config_.encoder);
}

std::unique_ptr<State> Hybrid::start(const Ragged& source, Trace* trace) const {
  const Tensor rows = to_precision(encoder_(source, trace));  // [total, width]
  if (trace) trace->hidden.emplace_back("source", rows);
  return decoder_.start(rows, source.offsets, {});
}

int64_t Hybrid::longest() const {
  return config_.encoder.positions == "learned" ? config_.encoder.maximum_positions : Decoder::longest();
}

std::pair<double, double> Hybrid::matrix_flops_per_token() const {
  const auto [keys, target] = decoder_.products_per_token();
  return {2 * (encoder_products(config_.encoder) + keys), 2 * target};
}

std::vector<ModelPart> Hybrid::parts() const {
  const TransformerConfig& c = config_.encoder;
  std::vector<ModelPart> parts = encoder_parts(c, params_);
  add_part(parts, params_, {"learned positions", fmt::format("{} × {}", c.maximum_positions, c.width)},
           {"model.encoder.embed_positions."});
  add_part(parts, params_, {"last norm", "2 d"}, {"model.encoder.layer_norm."});
  for (ModelPart& part : decoder_.parts(params_)) parts.push_back(std::move(part));
  return parts;
}

}  // namespace naru
