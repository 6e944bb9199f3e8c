// A Transformer's encoder, which reads fast and well, and a recurrent decoder, whose step costs the same however long
// the target grows (Chen et al. 2018, "The Best of Both Worlds: Combining Recent Advances in Neural Machine
// Translation").
#pragma once

#include "naru/models/hybrid_config.h"
#include "naru/models/recurrent_decoder.h"
#include "naru/models/transformer_encoder.h"

namespace naru {

class Hybrid final : public Model, public Decoder {
 public:
  /// Error: options that do not go together, or weights that do not fit the config.
  Hybrid(const HybridConfig& config, Params params);

  const Decoder* decoder() const override { return this; }
  const VocabularyConfig& vocabulary() const override { return config_.vocabulary; }
  std::pair<double, double> matrix_flops_per_token() const override;
  std::vector<ModelPart> parts() const override;

  std::unique_ptr<State> start(const Ragged& source, Trace* trace = nullptr) const override;
  Tensor append(State& state, const Ragged& tokens, Trace* trace = nullptr) const override {
    return decoder_.append(state, tokens, trace);
  }
  void reorder(State& state, std::span<const int32_t> rows) const override { decoder_.reorder(state, rows); }
  void join(State& into, std::unique_ptr<State> more) const override { decoder_.join(into, std::move(more)); }
  int64_t count(const State& state) const override { return decoder_.count(state); }
  const Linear& output() const override { return decoder_.output(); }
  int64_t longest() const override;

 private:
  HybridConfig config_;
  TransformerEncoder encoder_;
  RecurrentDecoder decoder_;
};

}  // namespace naru
