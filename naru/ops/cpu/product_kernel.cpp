// Our own matrix product, compiled for each instruction set. A tile of C (6 × 16 on AVX2) lives in registers while k
// runs; a panel of B (16 columns) stays in L1 while the tiles of a row block pass; the row block of A stays in L2.
#include "naru/ops/cpu/product_kernel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/product_kernel.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include <hwy/contrib/math/math-inl.h>  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

#if HWY_TARGET <= HWY_AVX3
constexpr int tile_rows = 14;
#else
constexpr int tile_rows = 6;
#endif
constexpr int tile_vectors = 2;
constexpr int64_t panel = tile_vectors * lanes;

KernelShape kernel_shape() { return {tile_rows, panel}; }

/// A tile of C: rows of `stride` numbers.
struct Tile {
  float* data;
  int64_t stride;
};
/// Where the kernel reads A: element (row, k) at data[row · row_step + k · inner_step].
struct Rows {
  const float* data;
  int64_t row_step, inner_step;
};

/// to = from + A·B over `inner` steps; zeros where `from` is null.
template <int rows>
void multiply(Rows a, const float* b, int64_t inner, const float* from, Tile to) {
  const Floats d;
  FloatVector sum[rows][tile_vectors];
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < tile_vectors; ++v)
      sum[r][v] = from ? hn::LoadU(d, from + r * to.stride + v * lanes) : hn::Zero(d);
  }
  for (int64_t k = 0; k < inner; ++k, b += panel, a.data += a.inner_step) {
    FloatVector column[tile_vectors];
#pragma GCC unroll 16
    for (int v = 0; v < tile_vectors; ++v) column[v] = hn::Load(d, b + v * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
      const auto x = hn::Set(d, a.data[r * a.row_step]);
#pragma GCC unroll 16
      for (int v = 0; v < tile_vectors; ++v) sum[r][v] = hn::MulAdd(x, column[v], sum[r][v]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < tile_vectors; ++v) hn::StoreU(sum[r][v], d, to.data + r * to.stride + v * lanes);
  }
}

using Multiply = void (*)(Rows, const float*, int64_t, const float*, Tile);
template <int... rows>
constexpr auto multiply_table(std::integer_sequence<int, rows...>) {
  return std::array<Multiply, sizeof...(rows)>{multiply<rows + 1>...};
}
constexpr auto multiply_by_rows = multiply_table(std::make_integer_sequence<int, tile_rows>());

/// Rows of the next tile when `left` are left: the last two tiles share evenly instead of leaving a sliver.
int64_t next_rows(int64_t left) {
  if (left >= 2 * tile_rows || left == tile_rows) return tile_rows;
  return left > tile_rows ? (left + 1) / 2 : left;
}

FloatVector activate(Activation activation, FloatVector x) {
  const Floats d;
  const auto half = hn::Set(d, 0.5f), one = hn::Set(d, 1.0f);
  const auto sigmoid = [&](FloatVector v) HWY_ATTR { return hn::MulAdd(half, hn::Tanh(d, hn::Mul(half, v)), half); };
  switch (activation) {
    case Activation::none: return x;
    case Activation::relu: return hn::Max(x, hn::Zero(d));
    case Activation::tanh: return hn::Tanh(d, x);
    case Activation::sigmoid: return sigmoid(x);
    case Activation::silu: return hn::Mul(x, sigmoid(x));
    case Activation::gelu: {
      // x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))
      const auto cubic = hn::MulAdd(hn::Mul(hn::Set(d, 0.044715f), hn::Mul(x, x)), x, x);
      const auto t = hn::Tanh(d, hn::Mul(hn::Set(d, 0.7978845608f), cubic));
      return hn::Mul(hn::Mul(half, x), hn::Add(one, t));
    }
    case Activation::gelu_erf: {
      alignas(64) float values[lanes];
      hn::Store(x, d, values);
      for (float& v : values) v = 0.5f * v * (1 + std::erf(v * 0.70710678f));
      return hn::Load(d, values);
    }
  }
  return x;
}

/// Applies the epilogue to a finished tile and stores its first `columns` columns into C.
template <class T>
void finish(const float* tile, int64_t rows, int64_t columns, const Epilogue& epilogue, const float* bias, T* c,
            int64_t stride) {
  const Floats d;
  const auto scale = hn::Set(d, epilogue.scale);
  for (int64_t v = 0; v < columns; v += lanes) {
    const int64_t count = std::min(lanes, columns - v);
    const auto shift = !bias ? hn::Zero(d) : count < lanes ? load_part(bias + v, count) : load(bias + v);
    for (int64_t r = 0; r < rows; ++r) {
      const auto sum = hn::Load(d, tile + r * panel + v);
      const auto value = activate(epilogue.activation, hn::MulAdd(sum, scale, shift));
      if (count == lanes) {
        store(value, c + r * stride + v);
      } else {
        store_part(value, c + r * stride + v, count);
      }
    }
  }
}

template <class T>
void load_tile(const T* c, int64_t stride, int64_t rows, int64_t columns, float* tile) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t j = 0; j < columns; ++j) tile[r * panel + j] = static_cast<float>(c[r * stride + j]);
}

template <class T>
float element(const MatrixView& m, int64_t row, int64_t column) {
  const int64_t at = m.transposed ? column * m.stride + row : row * m.stride + column;
  return static_cast<float>(static_cast<const T*>(m.data)[at]);
}

template <class T>
void pack_panel(const MatrixView& b, int64_t first_column, int64_t first_inner, int64_t inner, float* to) {
  const int64_t columns = std::min(panel, b.columns - first_column);
  for (int64_t k = 0; k < inner; ++k)
    for (int64_t j = 0; j < panel; ++j)
      to[k * panel + j] = j < columns ? element<T>(b, first_inner + k, first_column + j) : 0;
}

template <class T>
void pack_rows(const MatrixView& a, int64_t first_row, int64_t rows, int64_t first_inner, int64_t inner, float* to) {
  for (int64_t left = rows, row = first_row; left > 0;) {
    const int64_t height = next_rows(left);
    for (int64_t k = 0; k < inner; ++k)
      for (int64_t r = 0; r < height; ++r) *to++ = element<T>(a, row + r, first_inner + k);
    row += height, left -= height;
  }
}

void pack_panels(const MatrixView& b, int64_t first, int64_t last, float* panels) {
  for (int64_t p = first; p < last; ++p) {
    float* to = panels + p * panel * b.rows;
    b.dtype == DType::f32 ? pack_panel<float>(b, p * panel, 0, b.rows, to)
                          : pack_panel<bf16>(b, p * panel, 0, b.rows, to);
  }
}

void compute(const Share& s) {
  static thread_local Buffer row_buffer, panel_buffer;
  const int64_t inner = s.a.columns, rows = s.last_row - s.first_row;
  auto* packed_rows = static_cast<float*>(row_buffer.at_least(rows * inner * int64_t{sizeof(float)}));
  s.a.dtype == DType::f32 ? pack_rows<float>(s.a, s.first_row, rows, 0, inner, packed_rows)
                          : pack_rows<bf16>(s.a, s.first_row, rows, 0, inner, packed_rows);
  alignas(64) float tile[tile_rows * panel];
  for (int64_t column = s.first_column / panel * panel; column < s.last_column; column += panel) {
    const float* b = s.panels ? s.panels + column * inner : nullptr;
    if (!b) {
      auto* packed = static_cast<float*>(panel_buffer.at_least(panel * inner * int64_t{sizeof(float)}));
      s.b.dtype == DType::f32 ? pack_panel<float>(s.b, column, 0, inner, packed)
                              : pack_panel<bf16>(s.b, column, 0, inner, packed);
      b = packed;
    }
    const int64_t from = std::max(column, s.first_column), to = std::min(column + panel, s.last_column);
    int64_t height = 0;
    for (int64_t row = s.first_row; row < s.last_row; row += height) {
      height = next_rows(s.last_row - row);
      std::fill(tile, tile + tile_rows * panel, 0.0f);
      const int64_t at = row * s.c.stride + column;
      if (s.epilogue.add) {
        s.c.dtype == DType::f32 ? load_tile(static_cast<float*>(s.c.data) + at, s.c.stride, height, to - column, tile)
                                : load_tile(static_cast<bf16*>(s.c.data) + at, s.c.stride, height, to - column, tile);
      }
      multiply_by_rows[static_cast<size_t>(height - 1)]({packed_rows + (row - s.first_row) * inner, 1, height}, b,
                                                        inner, tile, {tile, panel});
      const float* bias = s.epilogue.bias ? s.epilogue.bias + from : nullptr;
      if (from > column)
        for (int64_t r = 0; r < height; ++r)
          std::copy(tile + r * panel + from - column, tile + r * panel + panel, tile + r * panel);
      const int64_t out = row * s.c.stride + from;
      s.c.dtype == DType::f32
          ? finish(tile, height, to - from, s.epilogue, bias, static_cast<float*>(s.c.data) + out, s.c.stride)
          : finish(tile, height, to - from, s.epilogue, bias, static_cast<bf16*>(s.c.data) + out, s.c.stride);
    }
  }
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(kernel_shape);
HWY_EXPORT(compute);
HWY_EXPORT(pack_panels);

KernelShape kernel_shape() { return HWY_DYNAMIC_DISPATCH(kernel_shape)(); }
void compute(const Share& share) { HWY_DYNAMIC_DISPATCH(compute)(share); }
void pack_panels(const MatrixView& b, int64_t first, int64_t last, float* panels) {
  HWY_DYNAMIC_DISPATCH(pack_panels)(b, first, last, panels);
}
}  // namespace naru::cpu
#endif
