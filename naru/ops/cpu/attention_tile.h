// What both directions of attention are made of, for one instruction set: small matrix products in registers, packing,
// powers of two, the counter-based mask of dropout. Every sum is one chain in ascending order, so how many rows share a
// tile never shows in the result.
#include "naru/ops/cpu/attention_piece.h"
#include "naru/ops/cpu/simd.h"

// Per target, hence Highway's toggle instead of an include guard.
#if defined(NARU_OPS_CPU_ATTENTION_TILE_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NARU_OPS_CPU_ATTENTION_TILE_H
#undef NARU_OPS_CPU_ATTENTION_TILE_H
#else
#define NARU_OPS_CPU_ATTENTION_TILE_H
#endif

#include <array>
#include <limits>
#include <utility>

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// Rows that share a tile, vectors in a block of 16 columns, and how many blocks of columns a tile of `rows` spans:
/// enough independent sums to hide the latency of a multiply-add, few enough to stay in registers.
inline constexpr int tile_rows = lanes == 16 ? 8 : lanes == 8 ? 6 : 2;
inline constexpr int block_vectors = static_cast<int>(key_block / lanes);
constexpr int tile_blocks(int rows) {
  if (lanes == 16) return rows <= 4 ? 4 : 2;
  return lanes == 8 ? (rows == 1 ? 4 : rows == 2 ? 2 : 1) : (rows == 1 ? 2 : 1);
}
/// Rows of queries and columns of keys whose scores are held at once.
inline constexpr int64_t row_block = 48, key_span = 64;

/// Where a product reads its left side: element (row, k) at data[row · row_step + k · inner_step].
struct Left {
  const float* data;
  int64_t row_step, inner_step;
};
/// Rows of numbers, `stride` apart.
struct Tile {
  float* data;
  int64_t stride;
};

template <int rows, int blocks>
using Sums = FloatVector[rows][blocks * block_vectors];

template <int rows, int blocks>
HWY_INLINE void multiply_add(Left a, int64_t k, const FloatVector* column, Sums<rows, blocks>& sum) {
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
    const auto x = hn::Set(Floats(), a.data[r * a.row_step + k * a.inner_step]);
#pragma GCC unroll 16
    for (int v = 0; v < blocks * block_vectors; ++v) sum[r][v] = hn::MulAdd(x, column[v], sum[r][v]);
  }
}

template <int rows, int blocks>
HWY_INLINE void store_sums(const Sums<rows, blocks>& sum, Tile to) {
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < blocks * block_vectors; ++v) store(sum[r][v], to.data + r * to.stride + v * lanes);
  }
}

/// to = A · [block₀ block₁ …], each block [inner, 16].
template <int rows, int blocks, class T>
HWY_INLINE void score_blocks(Left a, const T* const* block, int64_t inner, Tile to) {
  Sums<rows, blocks> sum;
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < blocks * block_vectors; ++v) sum[r][v] = hn::Zero(Floats());
  }
  for (int64_t k = 0; k < inner; ++k) {
    FloatVector column[blocks * block_vectors];
#pragma GCC unroll 16
    for (int v = 0; v < blocks * block_vectors; ++v)
      column[v] = load(block[v / block_vectors] + k * key_block + v % block_vectors * lanes);
    multiply_add<rows, blocks>(a, k, column, sum);
  }
  store_sums<rows, blocks>(sum, to);
}

template <int rows, class T>
void score_rows(Left a, const T* const* block, int64_t blocks, int64_t inner, Tile to) {
  constexpr int wide = tile_blocks(rows);
  int64_t b = 0;
  for (; b + wide <= blocks; b += wide)
    score_blocks<rows, wide>(a, block + b, inner, {to.data + b * key_block, to.stride});
  if constexpr (wide > 1)
    for (; b < blocks; ++b) score_blocks<rows, 1>(a, block + b, inner, {to.data + b * key_block, to.stride});
}

/// The right side of `mix`: `inner` rows of `width` numbers (a multiple of 16) in blocks of 16 rows.
template <class T>
struct BlockedRows {
  const T* const* block;
  int64_t inner, width;
};

/// to = decay · to + A · B for columns [column, column + 16 · blocks).
template <int rows, int blocks, class T>
HWY_INLINE void mix_columns(Left a, BlockedRows<T> b, int64_t column, const float* decay, Tile to) {
  to.data += column;
  Sums<rows, blocks> sum;
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
    const auto factor = hn::Set(Floats(), decay[r]);
#pragma GCC unroll 16
    for (int v = 0; v < blocks * block_vectors; ++v)
      sum[r][v] = hn::Mul(factor, load(to.data + r * to.stride + v * lanes));
  }
  for (int64_t first = 0; first < b.inner; first += key_block) {
    const T* row = b.block[first / key_block] + column;
    const int64_t last = std::min(first + key_block, b.inner);
    for (int64_t k = first; k < last; ++k, row += b.width) {
      FloatVector vector[blocks * block_vectors];
#pragma GCC unroll 16
      for (int v = 0; v < blocks * block_vectors; ++v) vector[v] = load(row + v * lanes);
      multiply_add<rows, blocks>(a, k, vector, sum);
    }
  }
  store_sums<rows, blocks>(sum, to);
}

template <int rows, class T>
void mix_rows(Left a, BlockedRows<T> b, const float* decay, Tile to) {
  constexpr int wide = tile_blocks(rows);
  int64_t column = 0;
  for (; column + wide * key_block <= b.width; column += wide * key_block)
    mix_columns<rows, wide>(a, b, column, decay, to);
  if constexpr (wide > 1)
    for (; column < b.width; column += key_block) mix_columns<rows, 1>(a, b, column, decay, to);
}

template <class T>
using ScoreRows = void (*)(Left, const T* const*, int64_t, int64_t, Tile);
template <class T>
using MixRows = void (*)(Left, BlockedRows<T>, const float*, Tile);
template <class T, int... rows>
constexpr auto score_table(std::integer_sequence<int, rows...>) {
  return std::array<ScoreRows<T>, sizeof...(rows)>{score_rows<rows + 1, T>...};
}
template <class T, int... rows>
constexpr auto mix_table(std::integer_sequence<int, rows...>) {
  return std::array<MixRows<T>, sizeof...(rows)>{mix_rows<rows + 1, T>...};
}

/// to [rows, 16 · blocks] = A [rows, inner] · blocks, each [inner, 16].
template <class T>
HWY_INLINE void score(int64_t rows, Left a, const T* const* block, int64_t blocks, int64_t inner, Tile to) {
  static constexpr auto table = score_table<T>(std::make_integer_sequence<int, tile_rows>());
  table[static_cast<size_t>(rows - 1)](a, block, blocks, inner, to);
}
/// to [rows, width] = decay [rows] · to + A [rows, inner] · B.
template <class T>
HWY_INLINE void mix(int64_t rows, Left a, BlockedRows<T> b, const float* decay, Tile to) {
  static constexpr auto table = mix_table<T>(std::make_integer_sequence<int, tile_rows>());
  table[static_cast<size_t>(rows - 1)](a, b, decay, to);
}

/// 2^x for x ≤ 0, relative error below 1e-7; exactly 1 at 0 and 0 below −126.5; NaN stays NaN.
HWY_INLINE FloatVector power_of_two(FloatVector x) {
  const Floats d;
  const hn::RebindToSigned<Floats> integers;
  x = hn::Max(hn::Set(d, -127.0f), x);
  // Adding 1.5 · 2²³ leaves the rounded x in the last bits of the sum; with 127 more it is the exponent's bits.
  const auto magic = hn::Set(d, 12582912.0f + 127.0f);
  const auto shifted = hn::Add(x, magic);
  const auto f = hn::Sub(x, hn::Sub(shifted, magic));  // in [−½, ½]
  const auto power = hn::BitCast(d, hn::ShiftLeft<23>(hn::BitCast(integers, shifted)));
  // Minimax for the relative error of 2^f with the constant term held at 1.
  auto y = hn::Set(d, 1.559467759e-4f);
  y = hn::MulAdd(y, f, hn::Set(d, 1.340664391e-3f));
  y = hn::MulAdd(y, f, hn::Set(d, 9.617692975e-3f));
  y = hn::MulAdd(y, f, hn::Set(d, 5.550310551e-2f));
  y = hn::MulAdd(y, f, hn::Set(d, 0.2402265278f));
  y = hn::MulAdd(y, f, hn::Set(d, 0.693147215f));
  y = hn::MulAdd(y, f, hn::Set(d, 1.0f));
  return hn::Mul(y, power);
}

/// 0, 1, 2 … one for each lane. (hn::Iota writes its lanes to memory one by one: a stall each time.)
alignas(64) inline constexpr float float_steps[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
alignas(64) inline constexpr uint32_t integer_steps[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/// Where dropout keeps the weights of `lanes` keys from `position` on: the counter runs through a 32-bit finalizer
/// (Wellons, hash-prospector, 2018). `attention_keeps` says the same for one key.
HWY_INLINE hn::Mask<Floats> keeps(uint32_t row_seed, int32_t threshold, int64_t position) {
  const hn::RebindToUnsigned<Floats> d;
  const hn::RebindToSigned<Floats> integers;
  const auto counter = hn::Add(hn::Load(d, integer_steps), hn::Set(d, static_cast<uint32_t>(position)));
  auto x = hn::Add(hn::Set(d, row_seed), hn::Mul(counter, hn::Set(d, 0x9e3779b9u)));
  x = hn::Mul(hn::Xor(x, hn::ShiftRight<16>(x)), hn::Set(d, 0x7feb352du));
  x = hn::Mul(hn::Xor(x, hn::ShiftRight<15>(x)), hn::Set(d, 0x846ca68bu));
  x = hn::Xor(x, hn::ShiftRight<16>(x));
  const auto below = hn::Lt(hn::BitCast(integers, hn::ShiftRight<8>(x)), hn::Set(integers, threshold));
  return hn::Not(hn::RebindMask(Floats(), below));
}

/// to [width] = factor · from [d]; numbers beyond d become 0.
template <class T>
HWY_INLINE void pack_row(const T* from, int64_t d, float factor, float* to, int64_t width) {
  const auto scale = hn::Set(Floats(), factor);
  int64_t c = 0;
  for (; c + lanes <= d; c += lanes) store(hn::Mul(scale, load(from + c)), to + c);
  if (c < d) store(hn::Mul(scale, load_part(from + c, d - c)), to + c), c += lanes;
  for (; c < width; c += lanes) store(hn::Zero(Floats()), to + c);
}

/// to [d] = factor · from.
template <class T>
HWY_INLINE void store_row(const float* from, int64_t d, float factor, T* to) {
  const auto scale = hn::Set(Floats(), factor);
  int64_t c = 0;
  for (; c + lanes <= d; c += lanes) store(hn::Mul(scale, load(from + c)), to + c);
  if (c < d) store_part(hn::Mul(scale, load(from + c)), to + c, d - c);
}

/// to [4, key_block] = the transpose of four rows' first four columns.
template <class T>
HWY_INLINE void transpose_four(HeadRows<const T*> from, float* to) {
  const Four d;
  const hn::RepartitionToWide<Four> pairs;
  const auto a = load_four(from.data), b = load_four(from.data + from.stride),
             c = load_four(from.data + 2 * from.stride), e = load_four(from.data + 3 * from.stride);
  const auto ab_low = hn::BitCast(pairs, hn::InterleaveLower(d, a, b)),
             ab_high = hn::BitCast(pairs, hn::InterleaveUpper(d, a, b)),
             ce_low = hn::BitCast(pairs, hn::InterleaveLower(d, c, e)),
             ce_high = hn::BitCast(pairs, hn::InterleaveUpper(d, c, e));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, ab_low, ce_low)), d, to);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, ab_low, ce_low)), d, to + key_block);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, ab_high, ce_high)), d, to + 2 * key_block);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, ab_high, ce_high)), d, to + 3 * key_block);
}

/// Blocks [d, 16], each the transpose of 16 rows of `from`; places beyond the last row become 0.
template <class T>
void pack_transposed(HeadRows<const T*> from, int64_t rows, int64_t d, float* to) {
  for (int64_t first = 0; first < rows; first += key_block, to += d * key_block) {
    const int64_t count = std::min(key_block, rows - first);
    const T* block = from.data + first * from.stride;
    int64_t r = 0;
    for (; r + 4 <= count; r += 4) {
      const HeadRows<const T*> four{block + r * from.stride, from.stride};
      int64_t c = 0;
      for (; c + 4 <= d; c += 4) transpose_four<T>({four.data + c, four.stride}, to + c * key_block + r);
      for (; c < d; ++c)
        for (int64_t i = 0; i < 4; ++i) to[c * key_block + r + i] = static_cast<float>(four.data[i * four.stride + c]);
    }
    for (; r < key_block; ++r)
      for (int64_t c = 0; c < d; ++c)
        to[c * key_block + r] = r < count ? static_cast<float>(block[r * from.stride + c]) : 0;
  }
}

/// Puts scores of columns [column, column + lanes) outside `inside` at −∞. Without a branch: which vectors are cut
/// changes from row to row.
struct Mask {
  FloatVector first, last;
  HWY_INLINE explicit Mask(KeyRange inside)
      : first(hn::Set(Floats(), static_cast<float>(inside.first))),
        last(hn::Set(Floats(), static_cast<float>(inside.last))) {}
  HWY_INLINE FloatVector operator()(FloatVector scores, int64_t column) const {
    const Floats d;
    const auto place = hn::Add(hn::Load(d, float_steps), hn::Set(d, static_cast<float>(column)));
    const auto seen = hn::And(hn::Ge(place, first), hn::Lt(place, last));
    return hn::IfThenElse(seen, scores, hn::Set(d, -std::numeric_limits<float>::infinity()));
  }
};

/// Calls `body(span)` for the spans of keys that rows [begin, end) see, from the first on.
template <class Body>
HWY_INLINE void for_each_span(const Piece& piece, int64_t begin, int64_t end, Body body) {
  const int64_t last = piece.visible(end - 1).last;
  for (int64_t key = piece.visible(begin).first / key_span * key_span; key < last; key += key_span)
    body(KeyRange{key, std::min(key + key_span, last)});
}

/// Calls `body(row, rows, place in the row block)` for the tiles of rows [begin, end).
template <class Body>
HWY_INLINE void for_each_tile(int64_t begin, int64_t end, Body body) {
  int64_t rows = 0;
  for (int64_t row = begin; row < end; row += rows) {
    rows = next_rows(end - row, tile_rows);
    body(row, rows, row - begin);
  }
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
