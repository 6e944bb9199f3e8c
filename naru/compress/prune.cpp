#include "naru/compress/prune.h"

#include <cstring>
#include <map>
#include <set>

#include "naru/models/transformer_encoder.h"

namespace naru {
namespace {

/// The encoder of a Transformer or a hybrid; null where there is none.
const TransformerConfig* encoder_of(const ModelConfig& config) {
  if (const auto* transformer = std::get_if<TransformerConfig>(&config)) return transformer;
  if (const auto* hybrid = std::get_if<HybridConfig>(&config)) return &hybrid->encoder;
  return nullptr;
}

PrunablePart heads_of(const std::string& option, int64_t layer, const std::string& attention, AttentionConfig config) {
  const int64_t each = config.head_d();
  PrunablePart part{.option = option,
                    .layer = layer,
                    .makers = {},
                    .reader = attention + ".out_proj.weight",
                    .count = config.heads,
                    .each = each,
                    .numbers = 4 * config.width * each + 3 * each};
  for (const char* projection : {".q_proj", ".k_proj", ".v_proj"})
    for (const char* leaf : {".weight", ".bias"}) part.makers.push_back(attention + projection + leaf);
  return part;
}

PrunablePart units_of(const std::string& option, int64_t layer, const std::string& scope, int64_t units,
                      int64_t width) {
  return {.option = option,
          .layer = layer,
          .makers = {scope + ".fc1.weight", scope + ".fc1.bias"},
          .reader = scope + ".fc2.weight",
          .count = units,
          .each = 1,
          .numbers = 2 * width + 1};
}

/// All that a Transformer's layers have of both kinds; of a hybrid, those of its encoder.
std::vector<PrunablePart> all_parts(const ModelConfig& config) {
  std::vector<PrunablePart> parts;
  const TransformerConfig& c = *encoder_of(config);
  const auto add_heads = [&](const char* option, const std::string& list, int64_t i, const std::string& attention) {
    parts.push_back(heads_of(option, i, attention, attention_config(c, of_layer(list, i, c.heads))));
  };
  const auto add_units = [&](const char* option, const std::string& list, int64_t i, const std::string& layer) {
    parts.push_back(units_of(option, i, layer, of_layer(list, i, c.feed_forward), c.width));
  };
  for (int64_t i = 0; i < c.encoder_layers; ++i) {
    const std::string layer = fmt::format("model.encoder.layers.{}", i);
    add_heads("encoder_heads", c.encoder_heads, i, layer + ".self_attn");
    add_units("encoder_feed_forward", c.encoder_feed_forward, i, layer);
  }
  for (int64_t i = 0; std::holds_alternative<TransformerConfig>(config) && i < c.decoder_layers; ++i) {
    const std::string layer = fmt::format("model.decoder.layers.{}", i);
    if (c.decoder == "attention") add_heads("decoder_heads", c.decoder_heads, i, layer + ".self_attn");
    add_heads("cross_heads", c.cross_heads, i, layer + ".encoder_attn");
    add_units("decoder_feed_forward", c.decoder_feed_forward, i, layer);
  }
  return parts;
}

int64_t bytes_of(const Tensor& tensor) { return tensor.size() * size_of(tensor.dtype()); }

/// The rows of the pieces that stay, `each` a piece.
Tensor chosen_rows(const Tensor& x, const std::vector<int64_t>& kept, int64_t each) {
  const int64_t row = bytes_of(x) / x.dim(0);  // bytes
  const Tensor y(x.shape().with_rows(std::ssize(kept) * each), x.dtype(), Purpose::weights);
  auto* to = static_cast<std::byte*>(y.raw());
  for (const int64_t piece : kept) {
    std::memcpy(to, static_cast<const std::byte*>(x.raw()) + piece * each * row, static_cast<size_t>(each * row));
    to += each * row;
  }
  return y;
}

/// The columns of the pieces that stay.
Tensor chosen_columns(const Tensor& x, const std::vector<int64_t>& kept, int64_t each) {
  const int64_t piece_bytes = each * size_of(x.dtype()), row = bytes_of(x) / x.dim(0);
  const Tensor y({x.dim(0), std::ssize(kept) * each}, x.dtype(), Purpose::weights);
  auto* to = static_cast<std::byte*>(y.raw());
  for (int64_t i = 0; i < x.dim(0); ++i)
    for (const int64_t piece : kept) {
      std::memcpy(to, static_cast<const std::byte*>(x.raw()) + i * row + piece * piece_bytes,
                  static_cast<size_t>(piece_bytes));
      to += piece_bytes;
    }
  return y;
}

}  // namespace

std::vector<PrunablePart> prunable_parts(const ModelConfig& config, const std::string& what) {
  const TransformerConfig* encoder = encoder_of(config);
  if (!encoder)
    fail("--prune {}: a {} model has no heads of attention and no feed-forward units; leave it out", what,
         model_type(config));
  if (what != "units" && encoder->key_value_heads > 0)
    fail("--prune {}: the heads share keys and values (key_value_heads={}); say --prune units", what,
         encoder->key_value_heads);
  std::vector<PrunablePart> parts = all_parts(config);
  if (what != "all") std::erase_if(parts, [&](const PrunablePart& part) { return part.heads() != (what == "heads"); });
  return parts;
}

ModelConfig pruned(ModelConfig config, const std::vector<PrunablePart>& parts, const Kept& kept) {
  std::map<std::string, std::string> lists;
  std::set<std::string> changed;
  for (size_t i = 0; i < parts.size(); ++i) {
    std::string& list = lists[parts[i].option];
    list += (list.empty() ? "" : ",") + std::to_string(kept[i].size());
    if (std::ssize(kept[i]) < parts[i].count) changed.insert(parts[i].option);
  }
  for (const std::string& option : changed) set_option(config, option, lists.at(option));
  return config;
}

TensorSources pruned(TensorSources weights, const std::vector<PrunablePart>& parts, const Kept& kept) {
  for (size_t i = 0; i < parts.size(); ++i) {
    if (std::ssize(kept[i]) == parts[i].count) continue;
    const int64_t each = parts[i].each, stay = std::ssize(kept[i]) * each;
    for (const std::string& name : parts[i].makers) {
      TensorSource& source = weights.at(name);
      source = {source.shape.with_rows(stay), source.dtype,
                [whole = source.make, some = kept[i], each] { return chosen_rows(whole(), some, each); }};
    }
    TensorSource& source = weights.at(parts[i].reader);
    source = {Shape{source.shape[0], stay}, source.dtype,
              [whole = source.make, some = kept[i], each] { return chosen_columns(whole(), some, each); }};
  }
  return weights;
}

PartCounts part_counts(const ModelConfig& config) {
  PartCounts counts;
  if (!encoder_of(config)) return counts;
  for (const PrunablePart& part : all_parts(config)) (part.heads() ? counts.heads : counts.units) += part.count;
  return counts;
}

}  // namespace naru
