// What reads in a Transformer (Vaswani et al. 2017), and what its two sides are made of, under Marian's and BART's
// names for the weights. Its rows are read by the Transformer's own decoder or by a recurrent one.
#pragma once

#include <optional>
#include <vector>

#include "naru/models/model.h"
#include "naru/models/transformer_config.h"
#include "naru/nn/attention.h"
#include "naru/nn/norm.h"
#include "naru/nn/positions.h"

namespace naru {

/// Error: options that do not go together.
void check(const TransformerConfig& config);
/// The number of one layer in a list such as "4,3,4,2"; `all` where the list is empty.
int64_t of_layer(const std::string& numbers, int64_t layer, int64_t all);
/// `heads` of a layer that may have fewer than `config` says; their width is that of the config's.
AttentionConfig attention_config(const TransformerConfig& config, int64_t heads);

/// Where the weights of the next attention go, under `name` with the layer's number in place of {}; null without a
/// trace.
AttentionMap* next_map(Trace* trace, const char* name, size_t layer);

/// Ids → rows of the residual stream.
struct TransformerEmbedding {
  Tensor table;  // [vocabulary, width]
  Positions positions;
  float scale;
  double dropout;

  /// Sequence i begins at position first[i] (empty: at 0). [total] → [total, width]
  Tensor operator()(const Ragged& tokens, std::span<const int32_t> first) const;
};
/// The embedding table of one side, shared or its own.
Tensor embedding_table(Scope model, const TransformerConfig& config, bool source);
TransformerEmbedding transformer_embedding(Scope side, const TransformerConfig& config, const Tensor& table);

/// x + part(x) with dropout, and the norm after the sum (post) or before the part (pre). Without the connection 0
/// stands in place of the x that is added.
struct Residual {
  Norm norm;
  bool pre, connected;
  double dropout;

  Residual(Scope scope, const TransformerConfig& config);
  template <class Part>
  Tensor operator()(const Tensor& x, const Offsets& offsets, Part&& part) const {
    const DropoutSpec drop{static_cast<float>(dropout), offsets};
    const Tensor before = connected ? x : Tensor::zeros(x.shape(), x.dtype());  // [total, width]
    if (pre) return add_dropped(before, part(norm.for_products(x)), drop);
    return residual_norm(before, part(to_precision(x)), norm.weight, norm.bias, norm.epsilon, drop);
  }
};

struct FeedForward {
  Linear up, down;
  Activation activation;
  double dropout;

  FeedForward(Scope scope, const TransformerConfig& config, int64_t hidden);
  Tensor operator()(const Tensor& x, const Offsets& offsets) const;  // [total, width] → [total, width]
};

/// The last norm of a side; pre-norm has it always.
std::optional<Norm> last_norm(Scope side, const TransformerConfig& config);

/// What an encoder that reads forward only remembers of each source, to read on behind it.
struct EncoderMemory {
  std::vector<SelfAttention::Memory> layers;
  std::vector<int32_t> read;  // tokens so far, of each source

  void reorder(std::span<const int32_t> rows);
  void join(EncoderMemory more);
};

class TransformerEncoder {
 public:
  /// All but its last norm.
  TransformerEncoder(Scope scope, const TransformerConfig& config, TransformerEmbedding embedding);
  /// Apart, for the order in which weights are made: in a Transformer this one follows those of the decoder's layers.
  void add_last_norm(Scope scope, const TransformerConfig& config) { norm_ = last_norm(scope, config); }

  EncoderMemory memory(int64_t count) const;
  /// One row for each token of the source. With a memory the tokens go on behind those in it, and see only what stands
  /// before them. [total, width]
  Tensor operator()(const Ragged& source, Trace* trace, EncoderMemory* memory = nullptr) const;

 private:
  struct Layer {
    SelfAttention attention;
    Residual after_attention;
    FeedForward feed_forward;
    Residual after_feed_forward;
    Layer(Scope scope, const TransformerConfig& config, int64_t index);
    Tensor operator()(const Tensor& x, const Offsets& offsets, SelfAttention::Memory* memory, AttentionMap* map) const;
  };

  TransformerEmbedding embedding_;
  std::vector<Layer> layers_;
  std::optional<Norm> norm_;
};

/// Multiplications in matrix products for one token.
double attention_products(const AttentionConfig& config);
/// The same for one token of the source in all layers.
double encoder_products(const TransformerConfig& config);
/// Embeddings of both sides and the encoder's layers.
std::vector<ModelPart> encoder_parts(const TransformerConfig& config, const Params& params);
/// "4 d² + 4 d", or with fewer heads of keys and values; where layers differ in `heads`, by a letter for the width of
/// all heads of a layer, which is spelled out in heads_symbol: ", a = 32 × (4,3,4,2)".
std::string attention_formula(const TransformerConfig& config, const std::string& heads, char letter);
std::string heads_symbol(const TransformerConfig& config, const std::string& heads, char letter);
/// "256", or "(256,240)".
std::string feed_forward_symbol(const TransformerConfig& config, const std::string& numbers);
inline constexpr const char* feed_forward_formula = "2 d·f + f + d";

}  // namespace naru
