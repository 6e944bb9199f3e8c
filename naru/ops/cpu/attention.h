// Attention on CPU: one piece of work is (sequence, head of keys), whatever the batch and the number of threads.
// A piece goes through its queries in blocks of 48 rows and its keys in blocks of 64, from key 0 on: a row's result is
// the same chain of operations alone, in a batch, all at once, or continuing a cached prefix.
#pragma once

#include <cstddef>
#include <cstdint>

#include "naru/ops/attention_pattern.h"
#include "naru/ops/columns.h"
#include "naru/ops/key_value_blocks.h"
#include "naru/tensor/dtype.h"

namespace naru::cpu {

/// Weights are dropped by (key, query's token, head, key's position), so that backward can do it again.
struct AttentionDropout {
  float rate = 0;
  uint64_t key = 0;
  const uint32_t* token_keys = nullptr;  // [query_total]
};

struct AttentionProblem {
  int64_t count = 0;  // sequences
  int64_t heads = 1, kv_heads = 1, head_d = 0;
  DType dtype = DType::f32;  // of queries, keys and values in rows, outputs, and gradients
  float scale = 1;
  AttentionPattern pattern;
  AttentionDropout dropout;
  HeadRows<const void*> queries;           // [query_total, heads · head_d]
  const int32_t* query_begins = nullptr;   // [count + 1]
  HeadRows<const void*> keys, values;      // [key_total, kv_heads · head_d]; without `blocks`
  const int32_t* key_begins = nullptr;     // [count + 1]
  const KeyValueBlocks* blocks = nullptr;  // instead of rows
  int64_t longest_keys = 0;                // of any sequence

  int64_t query_length(int64_t sequence) const { return query_begins[sequence + 1] - query_begins[sequence]; }
  int64_t key_length(int64_t sequence) const {
    return blocks ? blocks->lengths[static_cast<size_t>(sequence)] : key_begins[sequence + 1] - key_begins[sequence];
  }
};

/// Memory that one thread works in; `bytes · threads()` are handed to the kernels, 64-byte aligned.
int64_t attention_workspace(const AttentionProblem& problem);
int64_t attention_backward_workspace(const AttentionProblem& problem);

/// output [query_total, heads · head_d]; log_sums [query_total, heads], the base-2 logarithm of each row's sum of
/// exponentials, is not written when null.
void attention(const AttentionProblem& problem, void* output, float* log_sums, std::byte* workspace);

/// The weights themselves, without dropout: weights[sequence] is [heads, queries, keys].
void attention_weights(const AttentionProblem& problem, const float* log_sums, float* const* weights,
                       std::byte* workspace);

/// What backward reads besides the problem, and where it writes; every row of the gradients is written.
struct AttentionGradients {
  const void* output = nullptr;           // [query_total, heads · head_d]
  const void* output_gradient = nullptr;  // the same shape
  const float* log_sums = nullptr;        // [query_total, heads]
  HeadRows<void*> queries, keys, values;  // shaped as those of the problem
};
void attention_backward(const AttentionProblem& problem, const AttentionGradients& gradients, std::byte* workspace);

/// True when dropout keeps the weight of a query's token (its key) for the key at `position`.
bool attention_keeps(const AttentionDropout& dropout, uint32_t token_key, int64_t head, int64_t position);

}  // namespace naru::cpu
