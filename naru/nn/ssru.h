// The SSRU (naru/ops/ssru.h) with its weights, and what it remembers between calls: one row for each sequence, however
// long.
#pragma once

#include <span>

#include "naru/nn/linear.h"
#include "naru/ops/attention_map.h"
#include "naru/ops/ssru.h"

namespace naru {

/// The state of each sequence.
struct SsruMemory {
  int64_t count = 0;
  Tensor cells;  // [count, width] f32; empty = zeros

  void reorder(std::span<const int32_t> rows);
  void join(SsruMemory more);
};

/// Stands in for the causal self-attention of a Transformer's decoder (Kim et al. 2019). Weights: input, forget (one
/// block) and forget.bias.
class Ssru {
 public:
  using Memory = SsruMemory;
  Ssru(Scope scope, int64_t width);

  /// New tokens behind those that `memory` has seen. While a tape lives it must be fresh and stays so.
  /// [total, width] → [total, width]
  Tensor append(const Tensor& x, const Offsets& offsets, SsruMemory& memory) const;
  SsruMemory memory(int64_t count) const { return {count, {}}; }

 private:
  Tensor weight_;       // [2 width, width]: W, W_f
  Tensor forget_bias_;  // [width]
};

}  // namespace naru
