// A piece of attention's work, and the memory that a thread does it in.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "naru/base/random.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/attention.h"
#include "naru/ops/cpu/dropout.h"

namespace naru::cpu {

/// One (sequence, head of keys). Its rows are its queries, and for each query the heads that share these keys.
struct Piece {
  const AttentionProblem& problem;
  int64_t sequence, kv_head;
  int64_t group, queries, keys;

  Piece(const AttentionProblem& problem, int64_t sequence, int64_t kv_head)
      : problem(problem),
        sequence(sequence),
        kv_head(kv_head),
        group(problem.heads / problem.kv_heads),
        queries(problem.query_length(sequence)),
        keys(problem.key_length(sequence)) {}
  int64_t rows() const { return queries * group; }
  int64_t query(int64_t row) const { return group == 1 ? row : row / group; }  // divisions are slow
  int64_t head(int64_t row) const { return group == 1 ? kv_head : kv_head * group + row % group; }
  /// Place of the row's query among all tokens of the batch.
  int64_t token(int64_t row) const { return problem.query_begins[sequence] + query(row); }
  KeyRange visible(int64_t row) const { return problem.pattern.visible(keys - queries + query(row), keys, token(row)); }

  /// Where the row's numbers begin in a tensor of rows.
  template <class T, class Pointer>
  T* row(const HeadRows<Pointer>& rows, int64_t row) const {
    return static_cast<T*>(rows.data) + token(row) * rows.stride + head(row) * problem.head_d;
  }
  /// This piece's first key (or value).
  template <class T, class Pointer>
  HeadRows<T*> first_key(const HeadRows<Pointer>& keys) const {
    T* const data = static_cast<T*>(keys.data);
    return {data + problem.key_begins[sequence] * keys.stride + kv_head * problem.head_d, keys.stride};
  }
};

/// What distinguishes the masks of rows.
inline uint32_t dropout_seed(const AttentionDropout& dropout, uint32_t token_key, int64_t head) {
  return static_cast<uint32_t>(mix(mix(dropout.key, token_key), static_cast<uint64_t>(head)));
}
inline uint32_t dropout_seed(const Piece& piece, int64_t row) {
  const AttentionDropout& dropout = piece.problem.dropout;
  return dropout_seed(dropout, dropout.token_keys[piece.token(row)], piece.head(row));
}

inline constexpr float log2_e = 1.44269504f, ln_2 = 0.693147181f;
/// Below every score, and finite, so that what is masked lies an infinity below it.
inline constexpr float lowest_score = -1e30f;

/// Hands out stretches of a block of memory, each 64-byte aligned. Laid over address 0 it measures what is needed.
class Stretches {
 public:
  explicit Stretches(std::byte* memory) : at_(reinterpret_cast<uintptr_t>(memory)) {}
  template <class T>
  T* take(int64_t count) {
    const uintptr_t begin = at_;
    at_ = (at_ + static_cast<uintptr_t>(count) * sizeof(T) + 63) / 64 * 64;
    return reinterpret_cast<T*>(begin);
  }
  uintptr_t end() const { return at_; }

 private:
  uintptr_t at_;
};

/// Runs `body(piece, the thread's memory)` for every piece. A thread is handed what keeps it busy for some
/// microseconds; a single token's attention stays on the calling thread.
template <class Body>
void for_each_piece(const AttentionProblem& problem, std::byte* workspace, int64_t bytes, Body body) {
  const int64_t queries = problem.query_begins[problem.count], pieces = problem.count * problem.kv_heads;
  const int64_t work = queries * problem.longest_keys * problem.head_d * problem.heads;  // multiply-adds, at most
  constexpr int64_t worthwhile = 1 << 17;
  const int64_t grain =
      std::clamp(worthwhile * pieces / std::max<int64_t>(work, 1), int64_t{1}, std::max<int64_t>(pieces, 1));
  parallel_for(pieces, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      body(Piece(problem, i / problem.kv_heads, i % problem.kv_heads), workspace + thread_index() * bytes);
  });
}

}  // namespace naru::cpu
