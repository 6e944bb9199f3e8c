#include "tests/models/tiny_models.h"

#include "naru/base/error.h"

namespace naru {
namespace {

struct Variant {
  const char *name, *preset;
  std::vector<std::pair<const char*, const char*>> options;
};

const std::vector<Variant>& variants() {
  static const std::vector<Variant> all{
      {"transformer", "transformer-tiny", {{"norm", "post"}}},
      {"transformer_pre_norm", "transformer-tiny", {{"norm", "pre"}, {"activation", "gelu"}, {"tied_output", "false"}}},
      {"transformer_halves",
       "transformer-tiny",
       {{"positions", "halves"}, {"output_bias", "true"}, {"activation", "silu"}}},
      {"transformer_learned", "transformer-tiny", {{"positions", "learned"}, {"shared_vocabulary", "true"}}},
      {"transformer_grouped",
       "transformer-tiny",
       {{"norm", "post"}, {"key_value_heads", "1"}, {"final_norm", "true"}, {"scale_embedding", "false"}}},
      {"transformer_pruned",
       "transformer-tiny",
       {{"activation", "silu"},
        {"encoder_heads", "1,2"},
        {"decoder_heads", "2,1"},
        {"cross_heads", "1,1"},
        {"encoder_feed_forward", "24,17"},
        {"decoder_feed_forward", "9,24"}}},
      {"transformer_no_positions", "transformer-tiny", {{"positions", "none"}, {"norm", "post"}}},
      {"transformer_no_residual",
       "transformer-tiny",
       {{"residual", "false"}, {"layers", "1"}, {"norm", "post"}, {"activation", "gelu"}, {"dropout", "0"}}},
      {"transformer_ssru", "transformer-ssru-tiny", {{"tied_output", "false"}}},
      {"transformer_ssru_post_norm", "transformer-tiny", {{"decoder", "ssru"}, {"norm", "post"}}},
      {"hybrid_gru", "transformer-gru-small", {{"norm", "post"}, {"positions", "learned"}}},
      {"hybrid_lstm", "transformer-lstm-small", {{"shared_vocabulary", "true"}, {"tied_output", "true"}}},
      {"hybrid_rnn_dot",
       "transformer-lstm-small",
       {{"cell", "rnn"}, {"attention", "dot"}, {"input_feeding", "false"}, {"encoder_heads", "2,1"}}},
      {"transformer_wait_k", "transformer-tiny", {{"wait_k", "2"}}},
      {"transformer_wait_k_ssru", "transformer-ssru-tiny", {{"wait_k", "random"}}},
      {"seq2seq", "seq2seq", {}},
      {"seq2seq_rnn", "seq2seq", {{"cell", "rnn"}, {"reverse_source", "false"}, {"bridge", "true"}}},
      {"seq2seq_gru",
       "seq2seq",
       {{"cell", "gru"}, {"bidirectional", "true"}, {"shared_vocabulary", "true"}, {"tied_output", "true"}}},
      {"seq2seq_lstm_forward", "seq2seq", {{"reverse_source", "false"}}},
      {"seq2seq_context_input", "seq2seq", {{"context_input", "true"}, {"bidirectional", "true"}}},
      {"seq2seq_attention", "seq2seq-attention", {}},
      {"seq2seq_attention_gru_2014", "seq2seq-attention", {{"cell", "gru_2014"}, {"maxout", "false"}}},
      {"seq2seq_luong_dot", "seq2seq", {{"attention", "dot"}}},
      {"seq2seq_luong_general",
       "seq2seq",
       {{"attention", "general"}, {"bidirectional", "true"}, {"input_feeding", "false"}}},
      {"seq2seq_luong_additive", "seq2seq", {{"attention", "additive"}, {"embedding", "12"}}},
  };
  return all;
}

}  // namespace

std::vector<std::string> tiny_model_names() {
  std::vector<std::string> names;
  for (const Variant& variant : variants()) names.emplace_back(variant.name);
  return names;
}

ModelConfig tiny_config(const std::string& name) {
  for (const Variant& variant : variants()) {
    if (variant.name != name) continue;
    ModelConfig config = preset(variant.preset);
    const bool recurrent = std::holds_alternative<Seq2SeqConfig>(config);
    for (const auto& [key, value] :
         std::vector<std::pair<const char*, const char*>>{{"layers", "2"}, {"width", "16"}, {"vocabulary", "23"}})
      set_option(config, key, value);
    if (!recurrent) {
      set_option(config, "heads", "2");
      set_option(config, "feed_forward", "24");
    }
    for (const auto& [key, value] : variant.options)
      NARU_CHECK(set_option(config, key, value), "{}: no option {}", name, key);
    return config;
  }
  NARU_CHECK(false, "no tiny model '{}'", name);
}

std::unique_ptr<Model> tiny_model(const std::string& name, uint64_t seed, DType matrices) {
  return build(tiny_config(name), Params(seed, matrices));
}

}  // namespace naru
