// The 8-bit dot product of AVX-512 (VNNI), which Highway 1.0.3 does not offer: four products of unsigned by signed
// bytes added to an i32, exactly. panel_tile.cpp has its twin for all other machines.
#include "naru/ops/cpu/panel_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <cstring>

namespace naru::cpu {
namespace {

#define NARU_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

/// sum += four products of unsigned `w` by signed `x`, for 16 outputs. GCC 12 copies the sums back and forth around the
/// intrinsic, and has too few registers for six rows.
NARU_VNNI inline void add_products(__m512i& sum, __m512i w, __m512i x) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(w), "v"(x));
}

/// Four of the inner sum for all rows and some outputs of a tile, whose sums stay in registers.
template <int rows, int vectors>
NARU_VNNI inline void add_four(const std::byte* x, int64_t x_step, const __m512i (&w)[vectors],
                               __m512i (&sums)[rows][vectors]) {
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
    int32_t four;
    std::memcpy(&four, x + r * x_step, sizeof four);
    const __m512i broadcast = _mm512_set1_epi32(four);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) add_products(sums[r][v], w[v], broadcast);
  }
}

/// The same for a word, which holds 4 numbers of 8 bits or 8 of 4.
template <int bits, int rows, int vectors>
NARU_VNNI inline void add_word(const std::byte* x, int64_t x_step, const std::byte* words,
                               __m512i (&sums)[rows][vectors]) {
  __m512i w[vectors];
#pragma GCC unroll 8
  for (int v = 0; v < vectors; ++v) {
    w[v] = _mm512_loadu_si512(words + 64 * v);
    asm("" : "+v"(w[v]));  // emits nothing; GCC 12 loads some again for each row, which is slower for three
  }
  if constexpr (bits == 8) return add_four<rows>(x, x_step, w, sums);
  const __m512i half = _mm512_set1_epi8(15);
  __m512i numbers[vectors];
#pragma GCC unroll 8
  for (int v = 0; v < vectors; ++v) numbers[v] = _mm512_and_si512(w[v], half);
  add_four<rows>(x, x_step, numbers, sums);
#pragma GCC unroll 8
  for (int v = 0; v < vectors; ++v) numbers[v] = _mm512_and_si512(_mm512_maskz_srli_epi16(~0u, w[v], 4), half);
  add_four<rows>(x + 4, x_step, numbers, sums);
}

/// Outputs [first, first + 16 · vectors) of a tile.
template <int bits, int rows, int vectors>
NARU_VNNI void outputs_of_tile(const PanelTile& t, int64_t first) {
  const int64_t x_step = t.row_step, groups = bits == 8 ? 1 : t.groups, group_words = t.group_words;
  const std::byte *x = t.rows, *words = t.words + first * PanelLayout::word_bytes, *ahead = t.ahead;
  const float* scales = t.scales + first;
  int64_t left = t.word_count;
  __m512 totals[rows][vectors];
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) totals[r][v] = _mm512_setzero_ps();
  }
  for (int64_t g = 0; g < groups; ++g, left -= group_words, scales += PanelLayout::panel) {
    __m512i sums[rows][vectors];
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) sums[r][v] = _mm512_set1_epi32(t.starts[r * groups + g]);
    }
    const int64_t count = left < group_words ? left : group_words;
    for (int64_t w = 0; w < count; ++w, x += 32 / bits, words += PanelLayout::panel * PanelLayout::word_bytes) {
      _mm_prefetch(ahead, _MM_HINT_T1);
      ahead += 64;
      add_word<bits, rows>(x, x_step, words, sums);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) {
        const __m512 sum = _mm512_maskz_cvtepi32_ps(0xffff, sums[r][v]);  // GCC 12 warns of the one without a mask
        totals[r][v] = _mm512_fmadd_ps(sum, _mm512_loadu_ps(scales + 16 * v), totals[r][v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
    const __m512 row_scale = _mm512_set1_ps(t.row_scales[r]);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v)
      _mm512_storeu_ps(t.to + r * t.to_step + first + 16 * v, _mm512_mul_ps(totals[r][v], row_scale));
  }
}

template <int bits>
struct Tiles {
  template <int rows>
  NARU_VNNI static void tile(const PanelTile& t) {
    // Sums and totals of more rows and all outputs are more than there are registers.
    constexpr int vectors = bits == 8 || rows <= 2 ? 4 : 2;
    for (int64_t first = 0; first < PanelLayout::panel; first += 16 * vectors)
      outputs_of_tile<bits, rows, vectors>(t, first);
  }
};

}  // namespace

PanelKernel int8_dot_kernel(DType dtype) {
  const bool has_dot =
      __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (!has_dot || dtype == DType::b16) return nullptr;
  return dtype == DType::q8 ? run_tile<Tiles<8>> : run_tile<Tiles<4>>;
}

}  // namespace naru::cpu
#else
namespace naru::cpu {
PanelKernel int8_dot_kernel(DType) { return nullptr; }
}  // namespace naru::cpu
#endif
