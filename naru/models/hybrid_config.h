#pragma once

#include "naru/models/seq2seq_config.h"
#include "naru/models/transformer_config.h"

namespace naru {

/// A Transformer's encoder and a recurrent decoder that attends to its rows (Chen et al. 2018, "The Best of Both
/// Worlds"). `width` is that of both.
struct HybridConfig {
  VocabularyConfig vocabulary;
  TransformerConfig encoder;  // only what encoder_fields lists
  Seq2SeqConfig decoder;      // only what decoder_fields lists

  void fields(auto&& field) {
    vocabulary.fields(field);
    encoder.encoder_fields(field);
    decoder.decoder_fields(field);
  }
};

}  // namespace naru
