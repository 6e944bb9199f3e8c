// The 8-bit dot product of AVX-512 (VNNI), which Highway 1.0.3 does not offer: four products of unsigned by signed
// bytes added to an i32, exactly. int8_product.cpp has its twin for all other machines.
#include "naru/ops/cpu/int8_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <array>
#include <cstring>
#include <utility>

namespace naru::cpu {
namespace {

#define NARU_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

constexpr int vectors = Int8Layout::panel / 16;  // of 16 outputs

/// sum += four products of unsigned `x` by signed `w`, for 16 outputs. GCC 12 copies the sums back and forth around the
/// intrinsic, and has too few registers for six rows.
NARU_VNNI inline void add_products(__m512i& sum, __m512i x, __m512i w) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(x), "v"(w));
}

/// Four of the inner sum for all rows and outputs of a tile, whose sums stay in registers.
template <int rows>
NARU_VNNI inline void step(const uint8_t* x, int64_t x_step, const int8_t* numbers, __m512i (&sums)[rows][vectors]) {
  __m512i w[vectors];
#pragma GCC unroll 8
  for (int v = 0; v < vectors; ++v) w[v] = _mm512_loadu_si512(numbers + 64 * v);
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
    int32_t four;
    std::memcpy(&four, x + r * x_step, sizeof four);
    const __m512i broadcast = _mm512_set1_epi32(four);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) add_products(sums[r][v], broadcast, w[v]);
  }
}

template <int rows>
NARU_VNNI void tile(const Int8Tile& t) {
  __m512i sums[rows][vectors];
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) sums[r][v] = _mm512_loadu_si512(t.offsets + 16 * v);
  }
  const int64_t x_step = t.row_step, groups = t.groups;
  const uint8_t* x = t.rows;
  const int8_t *numbers = t.numbers, *ahead = t.ahead;
  for (int64_t g = 0; g < groups;
       ++g, x += Int8Layout::group, numbers += Int8Layout::panel * Int8Layout::group, ahead += 64) {
    _mm_prefetch(ahead, _MM_HINT_T1);
    step<rows>(x, x_step, numbers, sums);
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
    const __m512 row_scale = _mm512_set1_ps(t.row_scales[r]);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) {
      const __m512 factor = _mm512_mul_ps(_mm512_loadu_ps(t.scales + 16 * v), row_scale);
      const __m512 sum = _mm512_maskz_cvtepi32_ps(0xffff, sums[r][v]);  // GCC 12 warns of the one without a mask
      _mm512_storeu_ps(t.to + r * t.to_step + 16 * v, _mm512_mul_ps(sum, factor));
    }
  }
}

template <int... rows>
constexpr auto tiles_by_rows(std::integer_sequence<int, rows...>) {
  return std::array<void (*)(const Int8Tile&), sizeof...(rows)>{{tile<rows + 1>...}};
}

void run(const Int8Tile& t, int64_t rows) {
  static constexpr auto tiles = tiles_by_rows(std::make_integer_sequence<int, int8_tile_rows>());
  tiles[static_cast<size_t>(rows - 1)](t);
}

}  // namespace

Int8Kernel int8_dot_kernel() {
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512vl")
             ? run
             : nullptr;
}

}  // namespace naru::cpu
#else
namespace naru::cpu {
Int8Kernel int8_dot_kernel() { return nullptr; }
}  // namespace naru::cpu
#endif
