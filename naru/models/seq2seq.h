// The recurrent Seq2Seq: Sutskever et al. 2014 (no attention: the encoder's last hidden state is all that the decoder
// sees of the source), Bahdanau et al. 2014 and Luong et al. 2015 (attention).
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "naru/models/recurrent_decoder.h"

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
  bool extends() const override { return !config_.bidirectional && !config_.reverse_source && !looks_back(); }
  void extend(State& state, const Ragged& more) const override;
  bool looks_back() const override { return config_.attention != "none"; }
  Tensor append(State& state, const Ragged& tokens, Trace* trace = nullptr) const override;
  void reorder(State& state, std::span<const int32_t> rows) const override;
  void join(State& into, std::unique_ptr<State> more) const override;
  int64_t count(const State& state) const override;
  const Linear& output() const override { return decoder_.output(); }

 private:
  /// A layer's two directions; `backward` empty where it reads one way.
  struct EncoderLayer {
    RecurrentWeights forward;
    std::optional<RecurrentWeights> backward;
  };
  static std::vector<EncoderLayer> encoder_layers(Scope scope, const Seq2SeqConfig& config);
  Tensor encode(const Ragged& source, std::vector<RecurrentState>& last, Trace* trace = nullptr) const;
  struct Memory;  // the State: the decoder's, and where the encoder stands

  Seq2SeqConfig config_;
  Cell cell_;
  std::array<Tensor, 2> tables_;  // source, target: [vocabulary, embedding]
  std::vector<EncoderLayer> encoder_;
  RecurrentDecoder decoder_;
};

}  // namespace naru
