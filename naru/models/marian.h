#pragma once

#include <string>

#include "naru/models/transformer_config.h"

namespace naru {

/// The config.json of Hugging Face's MarianMTModel as a Transformer: post-norm, positions in halves, tied embeddings, a
/// bias for each piece. The weights' names are the same. Error: a setting with other semantics than naru's Transformer
/// has.
TransformerConfig marian_config(const std::string& text, const std::string& where);

}  // namespace naru
