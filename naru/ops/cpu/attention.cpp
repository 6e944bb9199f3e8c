// Attention forward: scores of a span of keys, softmax so far (Milakov and Gimelshein 2018), mix of the values; then
// the next span, with what was mixed before scaled down to the new highest score (Dao et al. 2022).
#include "naru/ops/cpu/attention.h"

#include <algorithm>
#include <cmath>

#include "naru/ops/cpu/attention_piece.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/attention.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/attention_tile.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// What one thread works in.
struct ForwardMemory {
  float *queries, *mixed;       // [row_block, padded_d]
  float* scores;                // [tile_rows, key_span]
  float *highest, *sum;         // [row_block] of the scores so far; of their exponentials
  float* decay;                 // [tile_rows]
  uint32_t* seeds;              // [row_block] of dropout
  float* packed;                // keys and values in blocks, when they come as rows
  const void **keys, **values;  // [blocks]
  uintptr_t end;

  ForwardMemory(const AttentionProblem& p, std::byte* memory) {
    const KeyValueLayout layout{1, p.head_d};
    const int64_t width = layout.padded_d(), blocks = (p.longest_keys + key_block - 1) / key_block;
    Stretches stretches(memory);
    queries = stretches.take<float>(row_block * width);
    mixed = stretches.take<float>(row_block * width);
    scores = stretches.take<float>(tile_rows * key_span);
    highest = stretches.take<float>(row_block);
    sum = stretches.take<float>(row_block);
    decay = stretches.take<float>(tile_rows);
    seeds = stretches.take<uint32_t>(row_block);
    packed = stretches.take<float>(p.blocks ? 0 : blocks * layout.keys(1));
    keys = stretches.take<const void*>(blocks);
    values = stretches.take<const void*>(blocks);
    end = stretches.end();
  }
};

int64_t forward_bytes(const AttentionProblem& problem) {
  return static_cast<int64_t>(ForwardMemory(problem, nullptr).end);
}

/// Sets the piece's block pointers: into the cache, or to its keys and values packed as a cache would hold them.
template <class T>
void find_blocks(const Piece& piece, const ForwardMemory& memory) {
  const AttentionProblem& p = piece.problem;
  const int64_t blocks = (piece.keys + key_block - 1) / key_block;
  if (p.blocks) {
    const auto* first = p.blocks->blocks.data() + p.blocks->begins[static_cast<size_t>(piece.sequence)];
    const KeyValueLayout& layout = p.blocks->layout;
    for (int64_t b = 0; b < blocks; ++b) {
      memory.keys[b] = first[b] + layout.keys(piece.kv_head) * size_of(layout.dtype);
      memory.values[b] = first[b] + layout.values(piece.kv_head) * size_of(layout.dtype);
    }
    return;
  }
  const int64_t d = p.head_d, width = KeyValueLayout{1, d}.padded_d();
  float *keys = memory.packed, *values = keys + blocks * key_block * d;
  const auto key_rows = piece.first_key<const T>(p.keys), value_rows = piece.first_key<const T>(p.values);
  pack_transposed(key_rows, piece.keys, d, keys);
  for (int64_t k = 0; k < piece.keys; ++k)
    pack_row(value_rows.data + k * value_rows.stride, d, 1, values + k * width, width);
  for (int64_t b = 0; b < blocks; ++b) {
    memory.keys[b] = keys + b * key_block * d;
    memory.values[b] = values + b * key_block * width;
  }
}

/// Scores of keys outside `inside` become −∞; returns the highest of the others.
HWY_INLINE float mask_and_highest(float* scores, int64_t width, KeyRange inside) {
  const Floats d;
  const Mask mask(inside);
  auto highest = hn::Set(d, lowest_score);
  for (int64_t c = 0; c < width; c += lanes) {
    const auto s = mask(load(scores + c), c);
    store(s, scores + c);
    highest = hn::Max(highest, s);
  }
  return hn::GetLane(hn::MaxOfLanes(d, highest));
}

/// Scores become 2^(score − highest); returns their sum.
HWY_INLINE float exponentials(float* scores, int64_t width, float highest) {
  const Floats d;
  const auto shift = hn::Set(d, highest);
  auto sum = hn::Zero(d);
  for (int64_t c = 0; c < width; c += lanes) {
    const auto e = power_of_two(hn::Sub(load(scores + c), shift));
    sum = hn::Add(sum, e);
    store(e, scores + c);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

HWY_INLINE void drop(float* weights, int64_t width, uint32_t seed, int32_t threshold, int64_t position) {
  for (int64_t c = 0; c < width; c += lanes)
    store(hn::IfThenElseZero(keeps(seed, threshold, position + c), load(weights + c)), weights + c);
}

/// The scores of rows [first, first + rows) of the row block that begins at `begin`, for the keys that any of them
/// sees, from the 16 that hold the first such key on. Returns which keys those are.
template <class B>
KeyRange score_tile(const Piece& piece, const ForwardMemory& memory, KeyRange span, int64_t row, int64_t rows,
                    int64_t place) {
  const int64_t d = piece.problem.head_d, width = KeyValueLayout{1, d}.padded_d();
  const KeyRange seen{std::max(span.first, piece.visible(row).first),
                      std::min(span.last, piece.visible(row + rows - 1).last)};
  if (seen.first >= seen.last) return {};
  const int64_t block = seen.first / key_block, blocks = (seen.last + key_block - 1) / key_block - block;
  const auto* keys = reinterpret_cast<const B* const*>(memory.keys) + block;
  score(rows, {memory.queries + place * width, width, 1}, keys, blocks, d, {memory.scores, key_span});
  return {block * key_block, seen.last};
}

/// Adds the keys of `span` to what rows [row, row + rows) have mixed so far.
template <class B>
void add_span(const Piece& piece, const ForwardMemory& memory, KeyRange span, int64_t row, int64_t rows,
              int64_t place) {
  const KeyRange keys = score_tile<B>(piece, memory, span, row, rows, place);
  if (keys.first >= keys.last) return;
  const AttentionDropout& dropout = piece.problem.dropout;
  const int64_t width = (keys.last - keys.first + key_block - 1) / key_block * key_block;
  for (int64_t r = 0; r < rows; ++r) {
    float* scores = memory.scores + r * key_span;
    float& highest = memory.highest[place + r];
    const KeyRange visible = piece.visible(row + r);
    const float before = highest;
    highest =
        std::max(highest, mask_and_highest(scores, width, {visible.first - keys.first, visible.last - keys.first}));
    // Of the first span nothing was mixed before.
    memory.decay[r] = before == lowest_score ? 0 : hn::GetLane(power_of_two(hn::Set(Floats(), before - highest)));
    memory.sum[place + r] = memory.decay[r] * memory.sum[place + r] + exponentials(scores, width, highest);
    if (dropout.rate > 0) drop(scores, width, memory.seeds[place + r], dropout_threshold(dropout.rate), keys.first);
  }
  const int64_t padded = KeyValueLayout{1, piece.problem.head_d}.padded_d();
  const auto* values = reinterpret_cast<const B* const*>(memory.values) + keys.first / key_block;
  mix(rows, {memory.scores, key_span, 1}, BlockedRows<B>{values, keys.last - keys.first, padded}, memory.decay,
      {memory.mixed + place * padded, padded});
}

template <class T>
void pack_queries(const Piece& piece, const ForwardMemory& memory, int64_t begin, int64_t end) {
  const AttentionProblem& p = piece.problem;
  const int64_t width = KeyValueLayout{1, p.head_d}.padded_d();
  for (int64_t row = begin; row < end; ++row)
    pack_row(piece.row<const T>(p.queries, row), p.head_d, p.scale * log2_e, memory.queries + (row - begin) * width,
             width);
}

template <class T, class B>
void attend(const Piece& piece, std::byte* workspace, void* output, float* log_sums) {
  const AttentionProblem& p = piece.problem;
  const int64_t width = KeyValueLayout{1, p.head_d}.padded_d();
  const ForwardMemory memory(p, workspace);
  if (piece.rows() > 0) find_blocks<T>(piece, memory);
  for (int64_t begin = 0; begin < piece.rows(); begin += row_block) {
    const int64_t end = std::min(begin + row_block, piece.rows());
    pack_queries<T>(piece, memory, begin, end);
    std::fill_n(memory.mixed, (end - begin) * width, 0.0f);
    std::fill_n(memory.highest, end - begin, lowest_score);
    std::fill_n(memory.sum, end - begin, 0.0f);
    if (p.dropout.rate > 0)
      for (int64_t row = begin; row < end; ++row) memory.seeds[row - begin] = dropout_seed(piece, row);
    for_each_span(piece, begin, end, [&](KeyRange span) HWY_ATTR {
      for_each_tile(begin, end, [&](int64_t row, int64_t rows, int64_t place) HWY_ATTR {
        add_span<B>(piece, memory, span, row, rows, place);
      });
    });
    for (int64_t row = begin; row < end; ++row) {
      const float sum = memory.sum[row - begin];
      const float factor = sum == 0 ? 0 : 1 / (sum * (1 - p.dropout.rate));  // 0: a sequence without keys
      store_row(memory.mixed + (row - begin) * width, p.head_d, factor,
                piece.row<T>(HeadRows<void*>{output, p.heads * p.head_d}, row));
      if (log_sums)
        log_sums[piece.token(row) * p.heads + piece.head(row)] = memory.highest[row - begin] + std::log2(sum);
    }
  }
}

template <class T, class B>
void piece_weights(const Piece& piece, std::byte* workspace, const float* log_sums, float* weights) {
  const AttentionProblem& p = piece.problem;
  const ForwardMemory memory(p, workspace);
  if (piece.rows() > 0) find_blocks<T>(piece, memory);
  for (int64_t begin = 0; begin < piece.rows(); begin += row_block) {
    const int64_t end = std::min(begin + row_block, piece.rows());
    pack_queries<T>(piece, memory, begin, end);
    const auto write = [&](KeyRange span, int64_t row, int64_t rows, int64_t place) HWY_ATTR {
      const KeyRange keys = score_tile<B>(piece, memory, span, row, rows, place);
      const int64_t width = (keys.last - keys.first + key_block - 1) / key_block * key_block;
      for (int64_t r = 0; r < rows && width > 0; ++r) {
        float* scores = memory.scores + r * key_span;
        const KeyRange visible = piece.visible(row + r);
        mask_and_highest(scores, width, {visible.first - keys.first, visible.last - keys.first});
        exponentials(scores, width, log_sums[piece.token(row + r) * p.heads + piece.head(row + r)]);
        float* to = weights + (piece.head(row + r) * piece.queries + piece.query(row + r)) * piece.keys;
        std::copy_n(scores, keys.last - keys.first, to + keys.first);
      }
    };
    for_each_span(piece, begin, end, [&](KeyRange span) HWY_ATTR {
      for_each_tile(begin, end,
                    [&](int64_t row, int64_t rows, int64_t place) HWY_ATTR { write(span, row, rows, place); });
    });
  }
}

/// Calls `run` with zeros of the types of the queries and of the blocks.
template <class Run>
void with_types(const AttentionProblem& p, Run run) {
  const DType blocks = p.blocks ? p.blocks->layout.dtype : DType::f32;
  if (p.dtype == DType::f32) {
    blocks == DType::f32 ? run(float(), float()) : run(float(), bf16());
  } else {
    blocks == DType::f32 ? run(bf16(), float()) : run(bf16(), bf16());
  }
}

void attention(const AttentionProblem& problem, void* output, float* log_sums, std::byte* workspace) {
  with_types(problem, [&](auto number, auto block) {
    for_each_piece(problem, workspace, forward_bytes(problem), [&](const Piece& piece, std::byte* memory) {
      attend<decltype(number), decltype(block)>(piece, memory, output, log_sums);
    });
  });
}

void attention_weights(const AttentionProblem& problem, const float* log_sums, float* const* weights,
                       std::byte* workspace) {
  with_types(problem, [&](auto number, auto block) {
    for_each_piece(problem, workspace, forward_bytes(problem), [&](const Piece& piece, std::byte* memory) {
      piece_weights<decltype(number), decltype(block)>(piece, memory, log_sums, weights[piece.sequence]);
    });
  });
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(forward_bytes);
HWY_EXPORT(attention);
HWY_EXPORT(attention_weights);

int64_t attention_workspace(const AttentionProblem& problem) { return HWY_DYNAMIC_DISPATCH(forward_bytes)(problem); }
void attention(const AttentionProblem& problem, void* output, float* log_sums, std::byte* workspace) {
  HWY_DYNAMIC_DISPATCH(attention)(problem, output, log_sums, workspace);
}
void attention_weights(const AttentionProblem& problem, const float* log_sums, float* const* weights,
                       std::byte* workspace) {
  HWY_DYNAMIC_DISPATCH(attention_weights)(problem, log_sums, weights, workspace);
}

bool attention_keeps(const AttentionDropout& dropout, uint32_t token_key, int64_t head, int64_t position) {
  uint32_t x = dropout_seed(dropout, token_key, head) + static_cast<uint32_t>(position) * 0x9e3779b9u;
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  x ^= x >> 16;
  return static_cast<int32_t>(x >> 8) >= dropout_threshold(dropout.rate);
}
}  // namespace naru::cpu
#endif
