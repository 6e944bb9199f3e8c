// The interface of everything that writes. Training, prompts and decoding all use `append`: there is no second body.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "naru/nn/linear.h"
#include "naru/ops/attention_map.h"
#include "naru/tensor/ragged.h"

namespace naru {

/// What a decoder remembers between calls; owned by the caller, so that beam search, batching across requests and
/// cancelling are plain data operations.
class State {
 public:
  virtual ~State() = default;
  /// Ends gradients: what is remembered counts as constant from here on (truncated back-propagation).
  virtual void detach() = 0;
};

/// What a model computes on its way: filled while it is passed to `start` and `append`; null there = the normal, faster
/// path.
struct Trace {
  std::vector<AttentionMap> attention;  // of every layer, in order
  /// Rows [total, d]: "encoder.0" = what its lowest layer reads, "encoder.i" = after layer i; "decoder.i" likewise.
  /// "source": what the decoder looks back at. "decoder.i.told": what cross-attention i makes its queries of, before
  /// its norm in front. Of a recurrent decoder "decoder.i.first" and "decoder.i.first_c": h and c of layer i (from 1)
  /// before its first token, [count, d]; not there: zeros.
  std::vector<std::pair<std::string, Tensor>> hidden;

  /// The empty tensor where there is none of that name.
  Tensor find(std::string_view name) const {
    for (const auto& [known, rows] : hidden)
      if (known == name) return rows;
    return {};
  }
};

/// Rows after a layer of `side`, "encoder" or "decoder".
inline void note(Trace* trace, const char* side, size_t layer, const Tensor& rows) {
  if (trace) trace->hidden.emplace_back(fmt::format("{}.{}", side, layer), rows);
}

/// A model that writes sequences.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Reads the sources (ids [total] or features [total, f]); the state holds what later calls need.
  virtual std::unique_ptr<State> start(const Ragged& source, Trace* trace = nullptr) const = 0;
  /// Whether `extend` reads on without reading anew.
  virtual bool extends() const { return false; }
  /// Each source goes on by any number of tokens (also none). For what is appended from here on the state is that of
  /// `start` with the whole source, bit for bit; what was appended before saw what had been read by then. A model that
  /// does not look back at the source begins its target anew.
  virtual void extend(State&, const Ragged&) const { NARU_CHECK(false, "this model reads a source only as a whole"); }
  /// False: the source is where the target's state begins, and nothing that is written sees more of it later.
  virtual bool looks_back() const { return true; }
  /// Of its source each token of the next `append` sees the first so many tokens only (wait-k training): [total], at
  /// least 1, never falling within a sequence.
  virtual void limit(State&, std::vector<int32_t>) const {
    NARU_CHECK(false, "this model cannot be limited to a part of its source");
  }
  /// Adds any number of tokens (also none) to each sequence; one hidden row for each new token: [total, d]. On a tape
  /// the state must live until the backward pass.
  virtual Tensor append(State& state, const Ragged& tokens, Trace* trace = nullptr) const = 0;
  /// Sequence i becomes what sequence rows[i] was; rows may repeat (beam search) or be fewer (finished).
  virtual void reorder(State& state, std::span<const int32_t> rows) const = 0;
  /// Sequences of `more` join those of `into` (waiting sentences enter a running batch).
  virtual void join(State& into, std::unique_ptr<State> more) const = 0;
  /// Sequences in the state.
  virtual int64_t count(const State& state) const = 0;
  /// Most tokens that a sequence can have, source or target.
  virtual int64_t longest() const { return std::numeric_limits<int64_t>::max(); }
  /// Hidden row → vocabulary scores. Kept apart so that the loss never holds all scores at once.
  virtual const Linear& output() const = 0;
};

/// A model that only reads: one row per token.
class Encoder {
 public:
  virtual ~Encoder() = default;
  virtual Tensor encode(const Ragged& source) const = 0;  // [total, d]
};

}  // namespace naru
