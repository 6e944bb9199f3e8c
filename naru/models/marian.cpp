#include "naru/models/marian.h"

#include "naru/base/error.h"
#include "naru/base/json.h"

namespace naru {
namespace {

std::string activation_name(const std::string& name, const std::string& where) {
  if (name == "swish" || name == "silu") return "silu";
  if (name == "relu") return "relu";
  if (name == "gelu") return "gelu_erf";
  if (name == "gelu_new" || name == "gelu_pytorch_tanh") return "gelu";
  fail("{}: activation_function '{}' is none of relu, swish, silu, gelu, gelu_new", where, name);
}

}  // namespace

TransformerConfig marian_config(const std::string& text, const std::string& where) {
  const Json document = parse_json(text);
  TransformerConfig config;
  try {
    const auto number = [&](const char* key) { return document.at(key).get<int64_t>(); };
    config.width = number("d_model");
    config.encoder_layers = number("encoder_layers");
    config.decoder_layers = number("decoder_layers");
    config.heads = number("encoder_attention_heads");
    config.feed_forward = number("encoder_ffn_dim");
    if (number("decoder_attention_heads") != config.heads || number("decoder_ffn_dim") != config.feed_forward)
      fail("{}: encoder and decoder of different widths or heads are not supported", where);
    config.vocabulary.source = number("vocab_size");
    config.vocabulary.target = document.value("decoder_vocab_size", config.vocabulary.source);
    config.vocabulary.shared = document.value("share_encoder_decoder_embeddings", true);
    if (!config.vocabulary.shared) fail("{}: separate embeddings are not supported for marian", where);
    config.vocabulary.end = number("eos_token_id");
    config.vocabulary.start = number("decoder_start_token_id");
    config.vocabulary.padding = number("pad_token_id");
    config.maximum_positions = number("max_position_embeddings");
    config.activation = activation_name(document.at("activation_function").get<std::string>(), where);
    config.scale_embedding = document.value("scale_embedding", false);
    config.dropout = document.value("dropout", 0.1);
    config.attention_dropout = document.value("attention_dropout", 0.0);
    config.activation_dropout = document.value("activation_dropout", 0.0);
  } catch (const Json::exception& problem) {
    fail("{}: not the config of a Marian model: {}", where, problem.what());
  }
  config.norm = "post";
  config.positions = "halves";
  config.tied_output = config.output_bias = true;
  for (const Field& field : fields_of(config)) at_place(where, [&] { field.set(field.text()); });  // checks its range
  return config;
}

}  // namespace naru
