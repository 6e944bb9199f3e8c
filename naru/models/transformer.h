// The Transformer (Vaswani et al. 2017, "Attention is all you need"), with Marian's and BART's names for the weights.
// Its decoder knows what it wrote by causal self-attention, or by an SSRU (Kim et al. 2019).
#pragma once

#include <array>
#include <optional>
#include <variant>
#include <vector>

#include "naru/models/model.h"
#include "naru/models/transformer_encoder.h"
#include "naru/nn/ssru.h"

namespace naru {

class Transformer final : public Model, public Decoder {
 public:
  /// Error: heads that do not divide the width, or weights that do not fit the config.
  Transformer(const TransformerConfig& config, Params params);

  const Decoder* decoder() const override { return this; }
  const VocabularyConfig& vocabulary() const override { return config_.vocabulary; }
  std::pair<double, double> matrix_flops_per_token() const override;
  std::vector<ModelPart> parts() const override;

  std::unique_ptr<State> start(const Ragged& source, Trace* trace = nullptr) const override;
  Tensor append(State& state, const Ragged& tokens, Trace* trace = nullptr) const override;
  void reorder(State& state, std::span<const int32_t> rows) const override;
  void join(State& into, std::unique_ptr<State> more) const override;
  int64_t count(const State& state) const override;
  const Linear& output() const override { return output_; }
  /// With wait_k the encoder reads forward only, and can read on.
  bool extends() const override { return config_.waits(); }
  void extend(State& state, const Ragged& more) const override;
  void limit(State& state, std::vector<int32_t> reach) const override;
  int64_t longest() const override;

 private:
  /// What one layer of the decoder remembers of each sequence.
  struct LayerMemory {
    std::variant<SelfAttention::Memory, Ssru::Memory> self;
    CrossMemory cross;
  };
  struct DecoderLayer {
    std::variant<SelfAttention, Ssru> self;
    Residual after_self;
    CrossAttention cross_attention;
    Residual after_cross_attention;
    FeedForward feed_forward;
    Residual after_feed_forward;
    DecoderLayer(Scope scope, const TransformerConfig& config, int64_t index);
    LayerMemory start(const Tensor& encoded, const Offsets& offsets) const;
    Tensor operator()(const Tensor& x, const Offsets& offsets, LayerMemory& memory, size_t index, Trace* trace) const;

   private:
    Tensor look_at_own(const Tensor& x, const Offsets& offsets, LayerMemory& memory, AttentionMap* map) const;
  };
  struct Memory;  // the State: what all layers remember

  TransformerConfig config_;
  std::array<TransformerEmbedding, 2> embeddings_;  // source, target
  TransformerEncoder encoder_;
  std::vector<DecoderLayer> decoder_;
  std::optional<Norm> decoder_norm_;
  Linear output_;
};

}  // namespace naru
