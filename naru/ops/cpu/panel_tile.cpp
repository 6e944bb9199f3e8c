// Tiles of products with weights in panels, for every instruction set.
#include <hwy/cache_control.h>

#include <algorithm>
#include <cstring>

#include "naru/ops/cpu/panel_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/panel_tile.cpp"
#include "naru/ops/cpu/simd.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {
namespace {

using Shorts = hn::ScalableTag<int16_t>;
using Ints = hn::ScalableTag<int32_t>;
inline constexpr int64_t shorts = HWY_LANES(int16_t), word_bytes = PanelLayout::word_bytes;

/// sums[i] + a[2i] b[2i] + a[2i+1] b[2i+1]; products of bytes fit 16 bits.
HWY_INLINE hn::Vec<Ints> add_pairs(hn::Vec<Shorts> a, hn::Vec<Shorts> b, hn::Vec<Ints> sums) {
#if HWY_ARCH_X86
  auto unused = hn::Zero(Ints());  // x86 adds neighbours, and all into the first
  return hn::ReorderWidenMulAccumulate(Ints(), a, b, sums, unused);
#else
  const auto products = hn::BitCast(Ints(), hn::Mul(a, b));
  const auto lower = hn::ShiftRight<16>(hn::ShiftLeft<16>(products));
  return hn::Add(sums, hn::Add(lower, hn::ShiftRight<16>(products)));
#endif
}

/// Four numbers of the left side for every output.
HWY_INLINE hn::Vec<Shorts> broadcast_four(const std::byte* x) {
  const hn::Rebind<int8_t, Shorts> bytes;
  const hn::Repartition<uint32_t, decltype(bytes)> fours;
  uint32_t four;
  std::memcpy(&four, x, sizeof four);
  return hn::PromoteTo(Shorts(), hn::BitCast(bytes, hn::Set(fours, four)));
}

/// A vector of words that hold 4 numbers of 8 bits, or 8 of 4 bits.
template <int bits>
HWY_INLINE hn::Vec<Ints> add_word(const hn::Vec<Shorts> (&x)[8 / bits], const std::byte* words, hn::Vec<Ints> sums) {
  const hn::Rebind<uint8_t, Shorts> bytes;
  const auto w = hn::PromoteTo(Shorts(), hn::LoadU(bytes, reinterpret_cast<const uint8_t*>(words)));
  if constexpr (bits == 8) return add_pairs(w, x[0], sums);
  sums = add_pairs(hn::And(w, hn::Set(Shorts(), 15)), x[0], sums);
  return add_pairs(hn::ShiftRight<4>(w), x[8 / bits - 1], sums);
}

/// One row, eight vectors of words at a time: each i32 of `sums` holds half of an output's products in a group.
template <int bits>
void row_of_tile(const PanelTile& t, int64_t r) {
  constexpr int64_t wide = shorts / word_bytes, outputs = std::min(PanelLayout::panel, wide * 8);
  constexpr int64_t vectors = outputs / wide;
  static_assert(outputs % lanes == 0 && lanes == 2 * wide);
  for (int64_t first = 0; first < PanelLayout::panel; first += outputs) {
    FloatVector totals[vectors / 2];
#pragma GCC unroll 4
    for (auto& total : totals) total = hn::Zero(Floats());
    const std::byte *x = t.rows + r * t.row_step, *words = t.words + first * word_bytes;
    for (int64_t g = 0, left = t.word_count; g < t.groups; ++g, left -= t.group_words) {
      hn::Vec<Ints> sums[vectors];
#pragma GCC unroll 8
      for (auto& sum : sums) sum = hn::Zero(Ints());
      for (int64_t w = std::min(left, t.group_words); w > 0; --w, words += PanelLayout::panel * word_bytes) {
        hn::Vec<Shorts> four[8 / bits];
#pragma GCC unroll 2
        for (int i = 0; i < 8 / bits; ++i, x += 4) four[i] = broadcast_four(x);
#pragma GCC unroll 8
        for (int64_t v = 0; v < vectors; ++v) sums[v] = add_word<bits>(four, words + v * shorts, sums[v]);
      }
      const auto start = hn::Set(Ints(), t.starts[r * t.groups + g]);
#pragma GCC unroll 4
      for (int64_t v = 0; v < vectors; v += 2) {
        const auto sum = hn::Add(
            start, hn::Add(hn::ConcatEven(Ints(), sums[v + 1], sums[v]), hn::ConcatOdd(Ints(), sums[v + 1], sums[v])));
        const auto scales = load(t.scales + g * PanelLayout::panel + first + v * wide);
        totals[v / 2] = hn::MulAdd(hn::ConvertTo(Floats(), sum), scales, totals[v / 2]);
      }
    }
    const auto row_scale = hn::Set(Floats(), t.row_scales[r]);
#pragma GCC unroll 4
    for (int64_t v = 0; v < vectors / 2; ++v)
      store(hn::Mul(totals[v], row_scale), t.to + r * t.to_step + first + v * lanes);
  }
}

template <int bits>
void whole_numbers(const PanelTile& t, int64_t rows) {
  for (int64_t r = 0; r < rows; ++r) row_of_tile<bits>(t, r);
}

/// A word of bf16 holds numbers k (lower half) and k + 1: as f32 both are a shift or a mask away.
template <int rows, int vectors>
HWY_INLINE void add_numbers(const float* x, int64_t x_step, const uint32_t* words, bool both,
                            FloatVector (&sums)[rows][vectors]) {
  const hn::RebindToUnsigned<Floats> bits;
#pragma GCC unroll 8
  for (int v = 0; v < vectors; ++v) {
    const auto word = hn::LoadU(bits, words + v * lanes);
    const auto lower = hn::BitCast(Floats(), hn::ShiftLeft<16>(word));
    // Emits nothing; factors of all vectors at once are more than 16 registers hold beside the sums.
    if constexpr (lanes < 16) asm volatile("" : "+r"(x));
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) sums[r][v] = hn::MulAdd(hn::Set(Floats(), x[r * x_step]), lower, sums[r][v]);
    if (!both) continue;
    if constexpr (lanes < 16) asm volatile("" : "+r"(x));
    const auto upper = hn::BitCast(Floats(), hn::And(word, hn::Set(bits, 0xffff0000u)));
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) sums[r][v] = hn::MulAdd(hn::Set(Floats(), x[r * x_step + 1]), upper, sums[r][v]);
  }
}

struct Bf16Tiles {
  template <int rows>
  static void tile(const PanelTile& t) {
    constexpr int64_t panel_vectors = PanelLayout::panel / lanes;
    constexpr int vectors = std::min<int>(panel_vectors, rows == 1 ? 8 : rows <= 3 ? 4 : 2);
    for (int64_t first = 0; first < PanelLayout::panel; first += vectors * lanes) {
      FloatVector sums[rows][vectors];
#pragma GCC unroll 8
      for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) sums[r][v] = hn::Zero(Floats());
      }
      const auto* x = reinterpret_cast<const float*>(t.rows);
      const auto* words = reinterpret_cast<const uint32_t*>(t.words) + first;
      const std::byte* ahead = t.ahead;
      const int64_t x_step = t.row_step / int64_t{sizeof(float)};
      for (int64_t k = 0; k + 2 <= t.inner; k += 2, x += 2, words += PanelLayout::panel, ahead += 64) {
        hwy::Prefetch(ahead);
        add_numbers<rows>(x, x_step, words, true, sums);
        // Emits nothing; the compiler else keeps factors of the next steps in registers that sums need.
        asm volatile("" : "+r"(x), "+r"(words));
      }
      if (t.inner % 2 != 0) add_numbers<rows>(x, x_step, words, false, sums);
#pragma GCC unroll 8
      for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) store(sums[r][v], t.to + r * t.to_step + first + v * lanes);
      }
    }
  }
};

}  // namespace

PanelKernel kernel_of(DType dtype) {
  if (dtype == DType::b16) return run_tile<Bf16Tiles>;
  return dtype == DType::q8 ? whole_numbers<8> : whole_numbers<4>;
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(kernel_of);
PanelKernel panel_kernel(DType dtype) { return HWY_DYNAMIC_DISPATCH(kernel_of)(dtype); }
}  // namespace naru::cpu
#endif
