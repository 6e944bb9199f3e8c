// A recurrent decoder that looks back at the source at every step: Bahdanau et al. 2014 and Luong et al. 2015. One op
// over whole targets while training, and the same op token by token while decoding.
//
//   bahdanau  c_i = attend(s_{i-1}),  s_i = cells([y_i; c_i], s_{i-1})
//   luong     s_i = cells([y_i; a_{i-1}] or y_i, s_{i-1}),  c_i = attend(s_i),  a_i = tanh(W_c [c_i; s_i] + b_c)
//
// s is the state of the topmost cell. What the readout makes of s, c and a is the model's affair.
#pragma once

#include <cstdint>
#include <vector>

#include "naru/ops/recurrent.h"
#include "naru/tensor/ragged.h"
#include "naru/tensor/tensor.h"

namespace naru {

enum class AttentionOrder : uint8_t { bahdanau, luong };

struct AttentionDecoderWeights {
  std::vector<RecurrentWeights> cells;  // bottom first; the lowest reads [y; c] or [y; a] or y
  Tensor query;                         // [width, hidden]: q = W s; empty: q = s
  /// [width]: additive energies v · tanh(q + key). Empty: q · key, which is Luong's dot, and with keys = W h his
  /// general.
  Tensor score;
  Tensor combine;       // [attentional, value width + hidden]: W_c; luong only
  Tensor combine_bias;  // [attentional] f32, or empty
};

/// What is attended to. Keys are projected outside, once for all steps; their bias is that of W s + U h + b.
struct AttentionMemory {
  Tensor values;  // [source total, value width]
  Tensor keys;    // [source total, width]
  Offsets offsets;
  /// Sequence i looks at source of[i]: hypotheses of a beam share one. Empty: at source i; always so on a tape.
  std::vector<int32_t> of;
};

/// Empty tensors (or no cells at all) stand for zeros.
struct AttentionDecoderState {
  std::vector<RecurrentState> cells;
  Tensor attentional;  // [count, attentional]: the last a; luong only
};

struct AttentionDecoderOptions {
  Cell cell = Cell::lstm;
  AttentionOrder order = AttentionOrder::luong;
  bool input_feeding = true;  // luong: a is part of the next step's input
  float dropout = 0;          // between stacked cells, while a tape lives
  bool weights = false;       // give the attention weights
};

struct AttentionDecoderResult {
  Tensor states;       // [total, hidden]: s_i
  Tensor before;       // [total, hidden]: s_{i-1}; bahdanau only
  Tensor contexts;     // [total, value width]: c_i
  Tensor attentional;  // [total, attentional]: a_i; luong only
  AttentionDecoderState last;
  /// f32, if asked for: for each sequence [tokens, source tokens], one after the other; off the tape.
  Tensor weights;
};

/// `targets.values`: y [total, in]. Tokens in pieces, each started with the `last` of the piece before, give the same
/// bits as all at once.
AttentionDecoderResult attention_decoder(const Ragged& targets, const AttentionMemory& memory,
                                         const AttentionDecoderState& initial, const AttentionDecoderWeights& weights,
                                         const AttentionDecoderOptions& options);

}  // namespace naru
