// The innermost loop of the matrix product, per instruction set: a tile of C (6 × 16 on AVX2) in registers while k
// runs.
#if defined(NARU_OPS_CPU_PRODUCT_TILE_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NARU_OPS_CPU_PRODUCT_TILE_H
#undef NARU_OPS_CPU_PRODUCT_TILE_H
#else
#define NARU_OPS_CPU_PRODUCT_TILE_H
#endif

#include <hwy/cache_control.h>

#include <array>
#include <utility>

#include "naru/ops/cpu/simd.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {
namespace {

#if HWY_TARGET <= HWY_AVX3
constexpr int tile_rows = 14;  // 28 of 32 registers hold sums
#else
constexpr int tile_rows = 6;  // 12 of 16
#endif
constexpr int panel_vectors = 2;
constexpr int64_t panel = panel_vectors * lanes;
/// Panels side by side in one tile: with few rows one panel has too few sums to hide the latency of multiply-add.
constexpr int panels_for(int64_t rows) { return rows == 1 ? 4 : rows <= 3 ? 2 : 1; }
constexpr int64_t widest_tile = panels_for(1) * panel;

/// One tile's work: to = from + A·B.
template <class T>
struct TileTask {
  const float* a = nullptr;  // element (row, k) at a[row · a_step + k], or at a[k · rows + row] where A lies in tiles
  int64_t a_step = 0;
  const T* b = nullptr;  // panels [inner, panel], `b_step` numbers apart
  int64_t b_step = 0;
  int64_t inner = 0;
  const float* from = nullptr;  // where the sums begin, rows `to_stride` numbers apart; null: at 0
  float* to = nullptr;
  int64_t to_stride = 0;
  const char* ahead = nullptr;  // what later tiles read, asked for meanwhile: `ahead_step` bytes further at each turn
  int64_t ahead_step = 0;
};

template <int rows, int panels, bool tiled, class T>
HWY_INLINE void multiply_step(const float* a, int64_t a_step, const T* b, int64_t b_step,
                              FloatVector (&sum)[rows][panels * panel_vectors]) {
  constexpr int vectors = panels * panel_vectors;
  const Floats d;
  FloatVector column[vectors];
#pragma GCC unroll 16
  for (int v = 0; v < vectors; ++v) column[v] = load(b + v / panel_vectors * b_step + v % panel_vectors * lanes);
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
    const auto value = hn::Set(d, a[tiled ? r : r * a_step]);
#pragma GCC unroll 16
    for (int v = 0; v < vectors; ++v) sum[r][v] = hn::MulAdd(value, column[v], sum[r][v]);
  }
}

/// Steps of k in one turn of the loop.
constexpr int64_t steps_per_turn(int panels) { return panels == 1 ? 2 : 1; }

template <int rows, int panels, bool tiled, class T>
void multiply(const TileTask<T>& task) {
  constexpr int vectors = panels * panel_vectors;
  const Floats d;
  const int64_t a_step = task.a_step, b_step = task.b_step, to_stride = task.to_stride, ahead_step = task.ahead_step;
  FloatVector sum[rows][vectors];
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < vectors; ++v) sum[r][v] = task.from ? load(task.from + r * to_stride + v * lanes) : hn::Zero(d);
  }
  constexpr int64_t next = tiled ? rows : 1, steps = steps_per_turn(panels);  // NOLINT: rows may be 1
  const float* a = task.a;
  const T* b = task.b;
  const char* ahead = task.ahead;
  int64_t left = task.inner;
  for (; left >= steps; left -= steps, a += steps * next, b += steps * panel, ahead += ahead_step) {
    if constexpr (panels == 1) hwy::Prefetch(ahead);  // streams of several panels the machine foresees by itself
#pragma GCC unroll 4
    for (int64_t step = 0; step < steps; ++step) {
      multiply_step<rows, panels, tiled>(a + step * next, a_step, b + step * panel, b_step, sum);
      // Emits nothing; steps that the compiler mixes need more registers than there are.
      asm volatile("" : "+r"(a), "+r"(b));
    }
  }
  for (; left > 0; --left, a += next, b += panel) multiply_step<rows, panels, tiled>(a, a_step, b, b_step, sum);
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < vectors; ++v) store(sum[r][v], task.to + r * to_stride + v * lanes);
  }
}

template <class T>
using Multiply = void (*)(const TileTask<T>&);
/// For a number of rows: A in tiles; A as it lies; the same, several panels wide.
template <class T>
struct Multiplies {
  Multiply<T> tiled, direct, wide;
};
template <class T, int... rows>
constexpr auto multiply_table(std::integer_sequence<int, rows...>) {
  return std::array<Multiplies<T>, sizeof...(rows)>{{{multiply<rows + 1, 1, true, T>, multiply<rows + 1, 1, false, T>,
                                                      multiply<rows + 1, panels_for(rows + 1), false, T>}...}};
}
template <class T>
inline constexpr auto multiply_by_rows = multiply_table<T>(std::make_integer_sequence<int, tile_rows>());

}  // namespace
}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
