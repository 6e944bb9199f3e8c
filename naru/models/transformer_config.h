#pragma once

#include <charconv>
#include <string>

#include "naru/models/vocabulary_config.h"

namespace naru {

/// Vaswani et al. 2017, with the choices that grew out of it, among them a decoder that remembers by an SSRU (Kim et
/// al. 2019) instead of self-attention. The defaults are `transformer-base`.
struct TransformerConfig {
  VocabularyConfig vocabulary{.source = 32000, .target = 32000};
  int64_t encoder_layers = 6, decoder_layers = 6;
  int64_t width = 512, feed_forward = 2048, heads = 8;
  int64_t key_value_heads = 0;
  std::string encoder_heads, encoder_feed_forward;               // of each layer where they differ: "4,3,4,2"
  std::string decoder_heads, cross_heads, decoder_feed_forward;  // empty: as `heads` and `feed_forward` say
  std::string norm = "post", positions = "interleaved", activation = "relu";
  std::string decoder = "attention";
  double norm_epsilon = 1e-5;
  bool residual = true;
  bool final_norm = false, tied_output = true, output_bias = false, scale_embedding = true;
  int64_t maximum_positions = 1024;
  double dropout = 0.1, attention_dropout = 0, activation_dropout = 0;
  std::string wait_k = "none";

  static Check numbers() { return {.choices = {}, .value = "N,N,…"}; }
  /// Trained for wait-k: the encoder reads forward only.
  bool waits() const { return wait_k != "none"; }
  /// The k of wait-k; 0: drawn anew for each batch. Error: neither a number nor random.
  int64_t wait_words() const {
    int64_t k = 0;
    const auto [end, problem] = std::from_chars(wait_k.data(), wait_k.data() + wait_k.size(), k);
    if (wait_k == "random") return 0;
    if (problem != std::errc() || end != wait_k.data() + wait_k.size() || k < 1 || k > 1000)
      fail("wait_k={}: must be a number of words from 1 to 1000, random, or none", wait_k);
    return k;
  }

  void fields(auto&& field) {
    vocabulary.fields(field);
    encoder_fields(field);
    field("decoder_layers", decoder_layers, "layers that write", between(1, 1000));
    field("decoder", decoder,
          "how the decoder knows what it wrote: self-attention, or an SSRU's state (Kim et al. 2019)",
          one_of({"attention", "ssru"}));
    field("decoder_heads", decoder_heads, "heads in each layer that writes, as encoder_heads", numbers());
    field("cross_heads", cross_heads, "the same of its attention to the source", numbers());
    field("decoder_feed_forward", decoder_feed_forward, "feed_forward of each layer that writes", numbers());
    field("tied_output", tied_output, "output projection = target embedding");
    field("output_bias", output_bias, "a bias for each piece in the output");
    field("wait_k", wait_k,
          "for translating while the source still comes: word t is learned from the first k + t - 1 source words, read "
          "forward only; a number of words, random (for any k), none");
  }
  /// Those of its encoder alone, which other decoders read too.
  void encoder_fields(auto&& field) {
    field("encoder_layers", encoder_layers, "layers that read (layers=N sets both)", between(1, 1000));
    field("width", width, "width of the residual stream", at_least(1));
    field("feed_forward", feed_forward, "width inside the feed-forward part", at_least(1));
    field("heads", heads, "attention heads; must divide width", at_least(1));
    field("key_value_heads", key_value_heads, "heads of keys and values, each shared by heads / this many; 0 = heads",
          at_least(0));
    field("encoder_heads", encoder_heads,
          "heads in each layer that reads, where some were taken out; each stays as wide as width / heads", numbers());
    field("encoder_feed_forward", encoder_feed_forward, "feed_forward of each layer that reads, where they differ",
          numbers());
    field("norm", norm, "layer norm after the residual sum (the paper) or before each part", one_of({"post", "pre"}));
    field("residual", residual, "each part's input is added to its output; false shows what a stack is without");
    field("positions", positions, "sines and cosines in turn (the paper), in two halves (Marian), learned, or none",
          one_of({"interleaved", "halves", "learned", "none"}));
    field("activation", activation, "inside the feed-forward part; gelu in its tanh form, gelu_erf exact",
          one_of({"relu", "gelu", "gelu_erf", "silu"}));
    field("norm_epsilon", norm_epsilon, "added to the variance", at_least(0));
    field("final_norm", final_norm, "a last norm after encoder and decoder; pre-norm has it always");
    field("scale_embedding", scale_embedding, "embeddings times sqrt(width)");
    field("maximum_positions", maximum_positions, "longest sequence with learned positions", at_least(1));
    field("dropout", dropout, "share of each part's output dropped while training", between(0, 0.99));
    field("attention_dropout", attention_dropout, "share of attention weights dropped", between(0, 0.99));
    field("activation_dropout", activation_dropout, "share dropped inside the feed-forward part", between(0, 0.99));
  }
};

}  // namespace naru
