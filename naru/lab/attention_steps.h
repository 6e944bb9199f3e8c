// One head of one attention, step by step, in the numbers of a trace: what `naru explain` shows.
//   Transformer (Vaswani et al. 2017, §3.2.1):  Q Kᵀ,  ÷ √d_k,  softmax,  weighted sum of V
//   recurrent (Bahdanau et al. 2014, A.1.2; Luong et al. 2015, §3.1):  energies,  softmax,  weighted sum of the rows
// Q, K and V come from the layer's weights by name and the rows that the model itself computed.
#pragma once

#include <string>
#include <vector>

#include "naru/models/registry.h"

namespace naru {

struct AttentionSteps {
  std::string layer = {};  // "encoder.0", "decoder.3.self", "decoder.3.cross"; "attention" of a recurrent decoder
  int64_t head = 0;
  float scale = 1;      // 1 / √d_k; recurrent: 1
  Tensor queries = {};  // [n, d_k]
  Tensor keys = {};     // [m, d_k]
  Tensor values = {};   // [m, d_v]
  Tensor scores = {};   // [n, m]: Q Kᵀ, or the energies; -∞ where a query may not look
  Tensor scaled = {};   // [n, m]: the same times `scale`
  Tensor weights = {};  // [n, m]: softmax of each row
  Tensor output = {};   // [n, d_v]: weights V
};

/// Which head of which attention.
struct HeadChoice {
  std::string layer;
  int64_t head = 0;
};

/// `trace` of one sentence by Translator::trace, `params` as f32. The layer is one of the trace's attention maps and
/// the head one of its heads. Checks that the weights are those that the model used.
AttentionSteps attention_steps(const ModelConfig& config, const Params& params, const Trace& trace,
                               const HeadChoice& choice);

/// Where a Transformer's attention has its weights: "decoder.3.cross" → "model.decoder.layers.3.encoder_attn".
std::string attention_weights(const std::string& layer);
/// The attention of that name. It must be there.
const AttentionMap& attention_map(const Trace& trace, const std::string& layer);

}  // namespace naru
