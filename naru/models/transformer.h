// The Transformer (Vaswani et al. 2017, "Attention is all you need"), with Marian's and BART's names for the weights.
#pragma once

#include <optional>
#include <vector>

#include "naru/models/model.h"
#include "naru/models/transformer_config.h"
#include "naru/nn/attention.h"
#include "naru/nn/norm.h"
#include "naru/nn/positions.h"

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
  /// x + part(x) with dropout, and the norm after the sum (post) or before the part (pre).
  struct Residual {
    Norm norm;
    bool pre;
    double dropout;
    template <class Part>
    Tensor operator()(const Tensor& x, const Offsets& offsets, Part&& part) const;
  };
  struct FeedForward {
    Linear up, down;
    Activation activation;
    double dropout;
    FeedForward(Scope scope, const TransformerConfig& config);
    Tensor operator()(const Tensor& x, const Offsets& offsets) const;
  };
  struct EncoderLayer {
    SelfAttention attention;
    Residual after_attention;
    FeedForward feed_forward;
    Residual after_feed_forward;
    EncoderLayer(Scope scope, const TransformerConfig& config);
    /// With a cache the tokens go on behind those in it, and see only what stands before them.
    Tensor operator()(const Tensor& x, const Offsets& offsets, KeyValueCache* cache, AttentionMap* map) const;
  };
  /// What one layer of the decoder remembers of each sequence.
  struct LayerMemory {
    KeyValueCache self;
    CrossMemory cross;
  };
  struct DecoderLayer {
    SelfAttention self_attention;
    Residual after_self_attention;
    CrossAttention cross_attention;
    Residual after_cross_attention;
    FeedForward feed_forward;
    Residual after_feed_forward;
    DecoderLayer(Scope scope, const TransformerConfig& config);
    Tensor operator()(const Tensor& x, const Offsets& offsets, LayerMemory& memory, size_t index, Trace* trace) const;
  };
  struct Memory;  // the State: what all layers remember

  Tensor embed(const Tensor& table, const Positions& positions, const Ragged& tokens,
               std::span<const int32_t> first) const;
  Tensor encode(const Ragged& source, Memory& memory, Trace* trace) const;

  TransformerConfig config_;
  Tensor source_embedding_, target_embedding_;  // [vocabulary, width]
  Positions source_positions_, target_positions_;
  std::vector<EncoderLayer> encoder_;
  std::vector<DecoderLayer> decoder_;
  std::optional<Norm> encoder_norm_, decoder_norm_;
  Linear output_;
};

}  // namespace naru
