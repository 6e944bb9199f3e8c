// The recurrent Seq2Seq: Sutskever et al. 2014 (no attention: the encoder's last hidden state is all that the decoder
// sees of the source), Bahdanau et al. 2014 and Luong et al. 2015 (attention).
#pragma once

#include <optional>
#include <vector>

#include "naru/models/model.h"
#include "naru/models/seq2seq_config.h"
#include "naru/nn/recurrent.h"
#include "naru/ops/attention_decoder.h"

namespace naru {

class Seq2Seq final : public Model, public Decoder {
 public:
  /// Error: options that do not go together, or weights that do not fit the config.
  Seq2Seq(const Seq2SeqConfig& config, Params params);

  const Decoder* decoder() const override { return this; }
  const VocabularyConfig& vocabulary() const override { return config_.vocabulary; }
  std::pair<double, double> matrix_flops_per_token() const override;
  std::vector<ModelPart> parts() const override;

  std::unique_ptr<State> start(const Ragged& source, Trace* trace = nullptr) const override;
  /// A plain encoder that reads forward goes on from where it stands.
  bool extends() const override { return !config_.bidirectional && !config_.reverse_source && !attends(); }
  void extend(State& state, const Ragged& more) const override;
  bool looks_back() const override { return attends(); }
  Tensor append(State& state, const Ragged& tokens, Trace* trace = nullptr) const override;
  void reorder(State& state, std::span<const int32_t> rows) const override;
  void join(State& into, std::unique_ptr<State> more) const override;
  int64_t count(const State& state) const override;
  const Linear& output() const override { return output_; }

 private:
  struct Memory;  // the State
  /// A layer's two directions; `backward` empty where it reads one way.
  struct EncoderLayer {
    RecurrentWeights forward;
    std::optional<RecurrentWeights> backward;
  };
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
  Tensor encode(const Ragged& source, std::vector<RecurrentState>& last) const;
  std::vector<RecurrentState> first_states(const std::vector<RecurrentState>& last) const;
  Tensor append_plain(Memory& memory, Tensor x, const Offsets& offsets) const;
  Tensor append_attending(Memory& memory, const Tensor& x, const Offsets& offsets, Trace* trace) const;
  Tensor drop(const Tensor& x, const Offsets& offsets) const;
  int64_t embedding_width() const { return config_.embedding > 0 ? config_.embedding : config_.width; }
  int64_t value_width() const { return config_.bidirectional ? 2 * config_.width : config_.width; }
  bool attends() const { return config_.attention != "none"; }
  bool attends_first() const { return config_.attention_order == "bahdanau"; }

  Seq2SeqConfig config_;
  Cell cell_;
  Tensor source_embedding_, target_embedding_;  // [vocabulary, embedding]
  std::vector<EncoderLayer> encoder_;
  AttentionDecoderWeights decoder_;  // without attention only its cells
  Linear key_;                       // additive, general: the source's rows → keys
  std::vector<Bridge> bridge_;       // one per decoder layer, or none
  std::optional<Readout> readout_;
  Linear output_;
};

}  // namespace naru
