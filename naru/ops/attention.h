// Multi-head attention over ragged batches, blockwise: no n × n matrix is ever in memory (see attention.cpp).
#pragma once

#include <cstdint>
#include <optional>

#include "naru/ops/attention_map.h"
#include "naru/ops/attention_pattern.h"
#include "naru/ops/columns.h"
#include "naru/ops/key_value_blocks.h"
#include "naru/tensor/ragged.h"
#include "naru/tensor/tensor.h"

namespace naru {

/// Keys and values as they come from a layer: one row per token.
struct KeyValueRows {
  Columns keys;    // [key_total, kv_heads · head_d]
  Columns values;  // [key_total, kv_heads · head_d]
  Offsets offsets;
};

struct AttentionOptions {
  int64_t heads = 1;
  int64_t kv_heads = 0;  // fewer than heads: groups of heads share keys and values; 0 = as many as heads
  AttentionPattern pattern = {};
  std::optional<float> scale = std::nullopt;  // of the scores; 1 / √head_d unless given
  float dropout = 0;                          // share of the weights that is dropped while a tape lives
  AttentionMap* map = nullptr;  // filled with the weights (before dropout), which costs a second pass over the scores
};

/// softmax(scale · Q Kᵀ) V for each sequence and head. Queries [query_total, heads · head_d], one sequence of them for
/// each of the keys' (whose lengths may differ); a sequence without keys gives zeros. → [query_total, heads · head_d]
/// A row depends on its own sequence only, bit for bit.
Tensor attention(const Columns& queries, const Offsets& query_offsets, const KeyValueRows& keys_values,
                 const AttentionOptions& options);

/// The same over a cache's blocks, bit for bit where they are f32. Gives no gradients.
Tensor attention(const Columns& queries, const Offsets& query_offsets, const KeyValueBlocks& keys_values,
                 const AttentionOptions& options);

}  // namespace naru
