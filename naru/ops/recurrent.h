// Recurrent layers over a whole ragged batch: one op, time-major inside, no padding.
//
//   rnn       h = tanh(W_ih x + b_ih + W_hh h' + b_hh)                                    (h': the state before)
//   gru       n = tanh(W_in x + b_in + r ∘ (W_hn h' + b_hn)), h = (1 - z) ∘ n + z ∘ h'   (as torch.nn.GRU)
//   gru_2014  n = tanh(W_in x + b_in + W_hn (r ∘ h') + b_hn), h = (1 - z) ∘ n + z ∘ h'   (Cho et al. 2014, where 1 - z
//             is called z)
//   lstm      c = f ∘ c' + i ∘ tanh(g), h = o ∘ tanh(c)                                   (as torch.nn.LSTM)
//
// Weights have PyTorch's names, layouts and gate orders: r z n; i f g o.
#pragma once

#include <cstdint>

#include "naru/tensor/ragged.h"
#include "naru/tensor/tensor.h"

namespace naru {

enum class Cell : uint8_t { rnn, gru, gru_2014, lstm };

/// Blocks of `hidden` rows in a cell's weights.
constexpr int64_t gate_count(Cell cell) { return cell == Cell::rnn ? 1 : cell == Cell::lstm ? 4 : 3; }

struct RecurrentWeights {
  Tensor weight_ih;  // [gates·hidden, in]
  Tensor weight_hh;  // [gates·hidden, hidden]
  Tensor bias_ih;    // [gates·hidden] f32, or empty
  Tensor bias_hh;    // [gates·hidden] f32, or empty
};

/// What a layer remembers of each sequence. Empty tensors stand for zeros.
struct RecurrentState {
  Tensor h;  // [count, hidden]
  Tensor c;  // [count, hidden] f32; lstm only
};

struct RecurrentOptions {
  Cell cell = Cell::lstm;
  bool reverse = false;  // from each sequence's own last token to its first
};

struct RecurrentResult {
  Tensor outputs;       // [total, hidden]: h after each token
  RecurrentState last;  // after the sequence's last step; of a sequence without tokens, the initial state
};

/// x [total, in]. Without a tape nothing is kept; a sequence in pieces, each started with the state that the piece
/// before ended with, gives the same bits as the sequence at once.
RecurrentResult recurrent_layer(const Tensor& x, const Offsets& offsets, const RecurrentState& initial,
                                const RecurrentWeights& weights, const RecurrentOptions& options);

}  // namespace naru
