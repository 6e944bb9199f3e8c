// Attention backward: scores are computed again, weights come from them and the kept logarithms of the row sums.
//   p = 2^(s − log_sum)   dV = p̃ᵀ dO   dP = dO Vᵀ   dS = p (keep · dP − Σ_c dO_c O_c)   dQ = dS K   dK = dSᵀ Q
// where p̃ are the weights after dropout and keep their factors, 0 or 1 / (1 − rate).
#include <algorithm>

#include "naru/ops/cpu/attention_piece.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/attention_backward.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/attention_tile.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// `rows` rows of `width` numbers and a pointer to each 16 of them: the right side of a product.
struct Rows {
  float* data;
  const float** block;

  Rows(Stretches& stretches, int64_t rows, int64_t width)
      : data(stretches.take<float>(rows * width)), block(stretches.take<const float*>(rows / key_block)) {}
  void point(int64_t rows, int64_t width) const {
    for (int64_t b = 0; b * key_block < rows; ++b) block[b] = data + b * key_block * width;
  }
};

/// What one thread works in.
struct BackwardMemory {
  int64_t key_count, width;  // a multiple of 16; padded_d
  Stretches stretches;
  Rows key_columns, value_columns;         // blocks [head_d, 16]
  Rows keys;                               // [key_count, width]
  float *key_gradients, *value_gradients;  // [key_count, width]
  Rows queries, output_gradients;          // [row_block, width]
  float* query_gradients;                  // [row_block, width]
  float *log_sums, *deltas;                // [row_block]
  uint32_t* seeds;                         // [row_block]
  float *weights, *score_gradients;        // [row_block, key_span]
  float* ones;                             // [tile_rows]

  BackwardMemory(const AttentionProblem& p, std::byte* memory)
      : key_count((p.longest_keys + key_block - 1) / key_block * key_block),
        width(KeyValueLayout{1, p.head_d}.padded_d()),
        stretches(memory),
        key_columns(stretches, key_count, p.head_d),
        value_columns(stretches, key_count, p.head_d),
        keys(stretches, key_count, width),
        key_gradients(stretches.take<float>(key_count * width)),
        value_gradients(stretches.take<float>(key_count * width)),
        queries(stretches, row_block, width),
        output_gradients(stretches, row_block, width),
        query_gradients(stretches.take<float>(row_block * width)),
        log_sums(stretches.take<float>(row_block)),
        deltas(stretches.take<float>(row_block)),
        seeds(stretches.take<uint32_t>(row_block)),
        weights(stretches.take<float>(row_block * key_span)),
        score_gradients(stretches.take<float>(row_block * key_span)),
        ones(stretches.take<float>(tile_rows)) {}
};

int64_t backward_bytes(const AttentionProblem& problem) {
  return static_cast<int64_t>(BackwardMemory(problem, nullptr).stretches.end());
}

/// Σ a_c b_c
template <class T>
HWY_INLINE float dot(const T* a, const T* b, int64_t d) {
  auto sum = hn::Zero(Floats());
  int64_t c = 0;
  for (; c + lanes <= d; c += lanes) sum = hn::MulAdd(load(a + c), load(b + c), sum);
  if (c < d) sum = hn::MulAdd(load_part(a + c, d - c), load_part(b + c, d - c), sum);
  return hn::GetLane(hn::SumOfLanes(Floats(), sum));
}

template <class T>
void pack_keys(const Piece& piece, const BackwardMemory& m) {
  const AttentionProblem& p = piece.problem;
  const auto keys = piece.first_key<const T>(p.keys), values = piece.first_key<const T>(p.values);
  pack_transposed(keys, piece.keys, p.head_d, m.key_columns.data);
  pack_transposed(values, piece.keys, p.head_d, m.value_columns.data);
  for (int64_t k = 0; k < piece.keys; ++k)
    pack_row(keys.data + k * keys.stride, p.head_d, 1, m.keys.data + k * m.width, m.width);
  m.key_columns.point(m.key_count, p.head_d);
  m.value_columns.point(m.key_count, p.head_d);
  m.keys.point(m.key_count, m.width);
  std::fill_n(m.key_gradients, piece.keys * m.width, 0.0f);
  std::fill_n(m.value_gradients, piece.keys * m.width, 0.0f);
  std::fill_n(m.ones, tile_rows, 1.0f);
}

template <class T>
void pack_row_block(const Piece& piece, const BackwardMemory& m, const AttentionGradients& g, int64_t begin,
                    int64_t end) {
  const AttentionProblem& p = piece.problem;
  const HeadRows<const void*> outputs{g.output, p.heads * p.head_d}, gradients{g.output_gradient, outputs.stride};
  for (int64_t row = begin; row < end; ++row) {
    const int64_t place = row - begin;
    const T* gradient = piece.row<const T>(gradients, row);
    pack_row(piece.row<const T>(p.queries, row), p.head_d, p.scale * log2_e, m.queries.data + place * m.width, m.width);
    pack_row(gradient, p.head_d, 1, m.output_gradients.data + place * m.width, m.width);
    m.deltas[place] = dot(gradient, piece.row<const T>(outputs, row), p.head_d);
    m.log_sums[place] = g.log_sums[piece.token(row) * p.heads + piece.head(row)];
    if (p.dropout.rate > 0) m.seeds[place] = dropout_seed(piece, row);
  }
  m.queries.point(row_block, m.width);
  m.output_gradients.point(row_block, m.width);
  std::fill_n(m.query_gradients, (end - begin) * m.width, 0.0f);
}

/// One row's scores become weights after dropout, its weights' gradients become its scores' gradients.
HWY_INLINE void row_backward(const Piece& piece, const BackwardMemory& m, int64_t row, int64_t place, KeyRange columns,
                             int64_t first_key) {
  const Floats d;
  const AttentionDropout& dropout = piece.problem.dropout;
  const KeyRange visible = piece.visible(row);
  const Mask mask({visible.first - first_key, visible.last - first_key});
  float *weights = m.weights + place * key_span, *gradients = m.score_gradients + place * key_span;
  const auto log_sum = hn::Set(d, m.log_sums[place]), delta = hn::Set(d, m.deltas[place]),
             kept = hn::Set(d, 1 / (1 - dropout.rate));
  std::fill_n(weights, columns.first, 0.0f);
  std::fill_n(gradients, columns.first, 0.0f);
  for (int64_t c = columns.first; c < columns.last; c += lanes) {
    const auto weight = power_of_two(hn::Sub(mask(load(weights + c), c), log_sum));
    auto after_dropout = weight, gradient = load(gradients + c);
    if (dropout.rate > 0) {
      const auto keep = keeps(m.seeds[place], dropout_threshold(dropout.rate), first_key + c);
      after_dropout = hn::IfThenElseZero(keep, hn::Mul(weight, kept));
      gradient = hn::IfThenElseZero(keep, hn::Mul(gradient, kept));
    }
    store(after_dropout, weights + c);
    store(hn::Mul(weight, hn::Sub(gradient, delta)), gradients + c);
  }
  std::fill(weights + columns.last, weights + key_span, 0.0f);
  std::fill(gradients + columns.last, gradients + key_span, 0.0f);
}

/// Weights and score gradients of rows [row, row + rows) for a span of keys; adds to the queries' gradients.
void tile_backward(const Piece& piece, const BackwardMemory& m, KeyRange span, int64_t row, int64_t rows,
                   int64_t place) {
  const int64_t d = piece.problem.head_d;
  const KeyRange seen{std::max(span.first, piece.visible(row).first),
                      std::min(span.last, piece.visible(row + rows - 1).last)};
  float *weights = m.weights + place * key_span, *gradients = m.score_gradients + place * key_span;
  if (seen.first >= seen.last) {
    std::fill_n(weights, rows * key_span, 0.0f);
    std::fill_n(gradients, rows * key_span, 0.0f);
    return;
  }
  const int64_t block = seen.first / key_block, blocks = (seen.last + key_block - 1) / key_block - block;
  const int64_t first = block * key_block - span.first;
  score(rows, {m.queries.data + place * m.width, m.width, 1}, m.key_columns.block + block, blocks, d,
        {weights + first, key_span});
  score(rows, {m.output_gradients.data + place * m.width, m.width, 1}, m.value_columns.block + block, blocks, d,
        {gradients + first, key_span});
  for (int64_t r = 0; r < rows; ++r)
    row_backward(piece, m, row + r, place + r, {first, first + blocks * key_block}, span.first);
  mix(rows, {gradients + first, key_span, 1},
      BlockedRows<float>{m.keys.block + block, seen.last - block * key_block, m.width}, m.ones,
      {m.query_gradients + place * m.width, m.width});
}

/// Adds what rows [begin, end) give to the gradients of a span of keys and values.
void span_backward(const Piece& piece, const BackwardMemory& m, KeyRange span, int64_t begin, int64_t end) {
  int64_t first = begin, last = begin;  // the rows that see any key of the tile
  for_each_tile(span.first, span.last, [&](int64_t key, int64_t keys, int64_t place) HWY_ATTR {
    while (first < end && piece.visible(first).last <= key) ++first;
    while (last < end && piece.visible(last).first < key + keys) ++last;
    const int64_t block = (first - begin) / key_block, rows = last - begin - block * key_block;
    if (first >= last) return;
    const int64_t corner = block * key_block * key_span + place;
    mix(keys, {m.weights + corner, 1, key_span}, BlockedRows<float>{m.output_gradients.block + block, rows, m.width},
        m.ones, {m.value_gradients + key * m.width, m.width});
    mix(keys, {m.score_gradients + corner, 1, key_span}, BlockedRows<float>{m.queries.block + block, rows, m.width},
        m.ones, {m.key_gradients + key * m.width, m.width});
  });
}

template <class T>
void attend_backward(const Piece& piece, std::byte* workspace, const AttentionGradients& g) {
  const AttentionProblem& p = piece.problem;
  const BackwardMemory m(p, workspace);
  pack_keys<T>(piece, m);
  for (int64_t begin = 0; begin < piece.rows(); begin += row_block) {
    const int64_t end = std::min(begin + row_block, piece.rows());
    pack_row_block<T>(piece, m, g, begin, end);
    for_each_span(piece, begin, end, [&](KeyRange span) HWY_ATTR {
      for_each_tile(begin, end, [&](int64_t row, int64_t rows, int64_t place) HWY_ATTR {
        tile_backward(piece, m, span, row, rows, place);
      });
      span_backward(piece, m, span, begin, end);
    });
    for (int64_t row = begin; row < end; ++row)
      store_row(m.query_gradients + (row - begin) * m.width, p.head_d, p.scale, piece.row<T>(g.queries, row));
  }
  const auto keys = piece.first_key<T>(g.keys), values = piece.first_key<T>(g.values);
  for (int64_t k = 0; k < piece.keys; ++k) {
    // The packed queries carry scale · log2 e; the gradient wants the scale alone.
    store_row(m.key_gradients + k * m.width, p.head_d, ln_2, keys.data + k * keys.stride);
    store_row(m.value_gradients + k * m.width, p.head_d, 1, values.data + k * values.stride);
  }
}

void attention_backward(const AttentionProblem& problem, const AttentionGradients& gradients, std::byte* workspace) {
  for_each_piece(problem, workspace, backward_bytes(problem), [&](const Piece& piece, std::byte* memory) {
    problem.dtype == DType::f32 ? attend_backward<float>(piece, memory, gradients)
                                : attend_backward<bf16>(piece, memory, gradients);
  });
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(backward_bytes);
HWY_EXPORT(attention_backward);

int64_t attention_backward_workspace(const AttentionProblem& problem) {
  return HWY_DYNAMIC_DISPATCH(backward_bytes)(problem);
}
void attention_backward(const AttentionProblem& problem, const AttentionGradients& gradients, std::byte* workspace) {
  HWY_DYNAMIC_DISPATCH(attention_backward)(problem, gradients, workspace);
}
}  // namespace naru::cpu
#endif
