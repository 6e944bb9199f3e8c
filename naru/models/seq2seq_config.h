#pragma once

#include <string>

#include "naru/models/vocabulary_config.h"

namespace naru {

/// Recurrent encoder and decoder: Sutskever et al. 2014 without attention, Bahdanau et al. 2014 and Luong et al. 2015
/// with. The defaults are the preset `seq2seq`.
struct Seq2SeqConfig {
  VocabularyConfig vocabulary;
  int64_t encoder_layers = 2, decoder_layers = 2;
  int64_t width = 512, embedding = 0;
  std::string cell = "lstm", attention = "none", attention_order = "luong";
  bool bidirectional = false, reverse_source = true, bridge = false, input_feeding = true, maxout = false;
  bool context_input = false, tied_output = false;
  double dropout = 0.2, forget_bias = 0;

  int64_t embedding_width() const { return embedding > 0 ? embedding : width; }

  void fields(auto&& field) {
    vocabulary.fields(field);
    field("encoder_layers", encoder_layers, "recurrent layers that read (layers=N sets both)", between(1, 1000));
    field("width", width, "width of the hidden state", at_least(1));
    field("embedding", embedding, "width of the embeddings; 0 = width", at_least(0));
    decoder_fields(field);
    field("bidirectional", bidirectional, "the encoder reads both ways");
    field("reverse_source", reverse_source, "the encoder reads the source from its end (Sutskever)");
    field("bridge", bridge, "a trained tanh layer from the encoder's last state to the decoder's first");
    field("context_input", context_input,
          "without attention: the decoder reads the encoder's last hidden state at each step too (Cho et al. 2014)");
    field("dropout", dropout, "share dropped between layers while training", between(0, 0.99));
  }
  /// Those of its decoder alone, which reads other encoders too.
  void decoder_fields(auto&& field) {
    field("decoder_layers", decoder_layers, "recurrent layers that write", between(1, 1000));
    field("cell", cell, "recurrent cell; gru is PyTorch's, gru_2014 resets before the product (Cho et al. 2014)",
          one_of({"rnn", "gru", "gru_2014", "lstm"}));
    field("attention", attention, "how the decoder looks back at the source; none = only through the last hidden state",
          one_of({"none", "additive", "dot", "general"}));
    field("attention_order", attention_order, "attend before the cell's step (Bahdanau) or after it (Luong)",
          one_of({"bahdanau", "luong"}));
    field("input_feeding", input_feeding, "the attentional vector is part of the next step's input (Luong)");
    field("maxout", maxout, "deep output with maxout pairs (Bahdanau)");
    field("tied_output", tied_output, "output projection = target embedding (widths must agree)");
    field("forget_bias", forget_bias, "added to where an LSTM's forget gate starts; 1 = Jozefowicz et al. 2015",
          between(-10, 10));
  }
};

}  // namespace naru
