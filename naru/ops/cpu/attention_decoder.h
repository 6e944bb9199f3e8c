// The loops of attention_decoder: forward in attention_decoder.cpp, back in attention_decoder_backward.cpp.
#pragma once

#include <vector>

#include "naru/ops/attention_decoder.h"
#include "naru/ops/cpu/attend.h"
#include "naru/ops/cpu/cell_walk.h"
#include "naru/ops/dropout.h"

namespace naru::cpu {

/// A call of attention_decoder, and what it leaves for the way back. T is the storage of y, states and gates.
struct DecoderRun {
  AttentionDecoderOptions options;
  Offsets targets;
  Tensor y;  // [total, in]
  AttentionMemory memory;
  AttentionDecoderState initial;
  AttentionDecoderWeights weights;
  std::vector<Drop> drops;  // one above each cell but the topmost
  bool keep = false;

  std::vector<Tensor> outputs;            // of each cell [total, hidden]
  std::vector<Tensor> gates;              // of each cell [total, slots·hidden], or empty
  std::vector<Tensor> carry_before;       // of each cell [total, hidden] f32, or empty
  Tensor before;                          // [total, hidden]: the topmost state before each token; bahdanau
  Tensor contexts;                        // [total, value width]
  Tensor attentional;                     // [total, attentional]; luong
  Tensor attention;                       // [Σ tokens · source tokens] f32, or empty
  std::vector<int64_t> attention_begins;  // [count]: where each sequence's attention begins

  bool luong() const { return options.order == AttentionOrder::luong; }
  int64_t hidden() const { return weights.cells[0].weight_hh.dim(1); }
  int64_t width() const { return memory.keys.dim(1); }
  int64_t value_width() const { return memory.values.dim(1); }
  /// What the lowest cell reads beside y.
  int64_t fed_width() const { return weights.cells[0].weight_ih.dim(1) - y.dim(1); }
  /// Initial state of a cell; empty if none is given.
  RecurrentState initial_of(size_t cell) const {
    return cell < initial.cells.size() ? initial.cells[cell] : RecurrentState();
  }
  int64_t source_of(int64_t sequence) const {
    return memory.of.empty() ? sequence : memory.of[static_cast<size_t>(sequence)];
  }
};

/// The source that `sequence` looks at. `score`: the weight of that name in f32, or null.
template <class T>
Source<T> source_of(const DecoderRun& run, int64_t sequence, const float* score);
/// Cell `index` as its kernels see it.
template <class T>
CellLayer<T> cell_layer(const DecoderRun& run, size_t index);
/// Where the attention of a token of `sequence` begins in `run.attention`.
int64_t attention_row(const DecoderRun& run, int64_t sequence, int64_t token);
/// The mask of a cell's dropout for the tokens of one step; `keys` holds what it points to.
DropoutMask step_mask(const Drop& drop, std::span<const int32_t> tokens, std::vector<uint32_t>& keys);

/// Fills outputs, gates, carry_before, contexts, attentional, attention of `run`, and `last`.
template <class T>
void decoder_forward(const DecoderRun& run, const AttentionDecoderState& last);

/// What arrived, tensor by tensor as in AttentionDecoderResult, empty where nothing did.
struct DecoderArrived {
  Tensor states, before, contexts, attentional;
  AttentionDecoderState last;
};
/// Where gradients of inputs go; empty where nobody asks. Those of values and keys are f32 and begin as zeros.
struct DecoderGradients {
  Tensor y, values, keys;
  AttentionDecoderState initial;
};
/// Adds to the gradients of the weights, fills those of the inputs.
template <class T>
void decoder_backward(const DecoderRun& run, const DecoderArrived& arrived, const DecoderGradients& to);

}  // namespace naru::cpu
