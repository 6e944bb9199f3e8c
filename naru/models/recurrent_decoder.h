// What writes in the recurrent Seq2Seq, whatever has read: cells with attention to the source's rows (Bahdanau et al.
// 2014, Luong et al. 2015), or without it (Sutskever et al. 2014), and the output.
#pragma once

#include <optional>
#include <vector>

#include "naru/models/model.h"
#include "naru/models/seq2seq_config.h"
#include "naru/nn/recurrent.h"
#include "naru/ops/attention_decoder.h"

namespace naru {

/// Error: options that do not go together.
void check(const Seq2SeqConfig& config);

class RecurrentDecoder {
 public:
  /// `table` [target vocabulary, embedding]; `values`: width of the source's rows.
  RecurrentDecoder(Scope root, const Seq2SeqConfig& config, const Tensor& table, int64_t values);

  /// rows [source total, values]. `last`: the encoder's states after the last token, bottom first; none where the
  /// encoder has no state: the decoder then starts from zeros.
  std::unique_ptr<State> start(const Tensor& rows, const Offsets& offsets,
                               const std::vector<RecurrentState>& last) const;
  // The others are those of `Decoder`.
  Tensor append(State& state, const Ragged& tokens, Trace* trace) const;
  void reorder(State& state, std::span<const int32_t> rows) const;
  void join(State& into, std::unique_ptr<State> more) const;
  int64_t count(const State& state) const;
  const Linear& output() const { return output_; }

  /// Multiplications in matrix products for one token: (source, target).
  std::pair<double, double> products_per_token() const;
  std::vector<ModelPart> parts(const Params& params) const;

 private:
  struct Memory;  // the State
  /// From the encoder's last state of a layer to the decoder's first: tanh(W h), for c likewise.
  struct Bridge {
    Linear h;
    std::optional<Linear> c;
  };
  /// Bahdanau's deep output: maxout(U s_{i-1} + V y_i + C c_i).
  struct Readout {
    Tensor state, embedding, context;  // [2 · width, …]
  };

  void add_attention(Scope scope);
  std::vector<RecurrentState> first_states(const std::vector<RecurrentState>& last) const;
  Tensor append_plain(Memory& memory, Tensor x, const Offsets& offsets, Trace* trace) const;
  Tensor append_attending(Memory& memory, const Tensor& x, const Offsets& offsets, Trace* trace) const;
  AttentionMap looks(const Memory& memory, const Tensor& weights, const Offsets& offsets) const;
  Tensor read_by_lowest(const Tensor& x, const AttentionDecoderResult& result, const Tensor& attentional_before,
                        const Offsets& offsets) const;
  Tensor drop(const Tensor& x, const Offsets& offsets) const;
  bool attends() const { return config_.attention != "none"; }
  bool attends_first() const { return config_.attention_order == "bahdanau"; }

  Seq2SeqConfig config_;
  Cell cell_;
  int64_t values_;
  Tensor table_;                   // [vocabulary, embedding]
  AttentionDecoderWeights cells_;  // without attention only the cells
  Linear key_;                     // additive, general: the source's rows → keys
  std::vector<Bridge> bridge_;     // one per layer, or none
  std::optional<Readout> readout_;
  Linear output_;
};

/// Multiplications in a cell's matrix products for one token.
double products(const RecurrentWeights& weights);
/// How the weights of a layer's gates add up.
std::string gates_formula(const Seq2SeqConfig& config);

}  // namespace naru
