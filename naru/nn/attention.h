// Multi-head attention with its projections, and what it remembers between calls.
#pragma once

#include <optional>
#include <vector>

#include "naru/nn/key_value_cache.h"
#include "naru/nn/linear.h"
#include "naru/ops/attention.h"

namespace naru {

struct AttentionConfig {
  int64_t width = 512, heads = 8;
  int64_t kv_heads = 0;    // 0 = heads
  int64_t head_width = 0;  // 0 = width / heads; the same where some heads were taken out
  double dropout = 0;      // of the weights

  int64_t head_d() const { return head_width ? head_width : width / heads; }
  int64_t inner() const { return heads * head_d(); }  // of all heads together
  int64_t kv_width() const { return (kv_heads ? kv_heads : heads) * head_d(); }
};

/// Each token attends to the tokens of its own sequence. Weights: q_proj, k_proj, v_proj (one block), out_proj.
class SelfAttention {
 public:
  using Memory = KeyValueCache;
  SelfAttention(Scope scope, const AttentionConfig& config);

  /// The whole sequences at once. [total, width] → [total, width]
  Tensor operator()(const Tensor& x, const Offsets& offsets, AttentionPattern pattern,
                    AttentionMap* map = nullptr) const;
  /// New tokens behind those in the cache (which takes them in), causal. While a tape lives the cache must be fresh and
  /// stays so: keys and values are the call's own.
  Tensor append(const Tensor& x, const Offsets& offsets, KeyValueCache& cache, AttentionMap* map = nullptr) const;
  KeyValueCache memory(int64_t count) const;

 private:
  struct Projected {
    Columns queries, keys, values;
  };
  Projected project(const Tensor& x) const;

  AttentionConfig config_;
  std::vector<Linear> projections_;  // q, k, v in one product; with fewer key heads q alone, k and v together
  Linear out_;
};

/// What cross-attention reads: keys and values of the source, projected once. On a tape they are rows with gradients,
/// else a cache, which beam search can reorder without copying.
struct CrossMemory {
  std::optional<KeyValueRows> rows;
  std::optional<KeyValueCache> cache;
  std::shared_ptr<const std::vector<int32_t>> reach;  // of the next call's queries; null = all
};

/// Each token attends to the source. Weights: q_proj; k_proj, v_proj (one block); out_proj.
class CrossAttention {
 public:
  CrossAttention(Scope scope, const AttentionConfig& config);

  /// Projects the encoder's rows, [source_total, width].
  CrossMemory remember(const Tensor& source, const Offsets& offsets) const;
  /// More rows of each source behind those in the cache.
  void extend(CrossMemory& memory, const Tensor& source, const Offsets& offsets) const;
  Tensor operator()(const Tensor& x, const Offsets& offsets, CrossMemory& memory, AttentionMap* map = nullptr) const;

 private:
  AttentionConfig config_;
  Linear query_, key_value_, out_;
};

}  // namespace naru
