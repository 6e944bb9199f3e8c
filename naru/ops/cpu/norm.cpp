#include "naru/ops/cpu/norm.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/norm.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/number.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

template <class T>
float mean_of(const T* x, int64_t columns) {
  Number sum = 0;
  along(columns, [&](int64_t i, auto vector) HWY_ATTR { sum = sum + vector.load(x + i); });
  return sum_of_lanes(sum) / static_cast<float>(columns);
}

template <class T>
float variance_of(const T* x, float mean, int64_t columns) {
  Number sum = 0;
  along(columns, [&](int64_t i, auto vector) HWY_ATTR {
    const Number distance = vector.load(x + i, mean) - mean;
    sum = multiply_add(distance, distance, sum);
  });
  return sum_of_lanes(sum) / static_cast<float>(columns);
}

template <class X, class Y>
void layer_norm(const X* x, const NormParameters& parameters, Y* y, float* statistics, int64_t rows, int64_t columns) {
  const auto [weight, bias, epsilon] = parameters;
  for (int64_t r = 0; r < rows; ++r, x += columns, y += columns) {
    const float mean = mean_of(x, columns), scale = 1 / std::sqrt(variance_of(x, mean, columns) + epsilon);
    const float *w = weight, *b = bias;
    along(columns, [&](int64_t i, auto vector) HWY_ATTR {
      const Number n = (vector.load(x + i) - mean) * scale;
      vector.store(multiply_add(n, vector.load(w + i), vector.load(b + i)), y + i);
    });
    statistics[2 * r] = mean, statistics[2 * r + 1] = scale;
  }
}

/// One piece; `partial` [2, columns] starts at zero.
template <class X, class Y>
void layer_norm_backward(const NormBackward<X, Y>& given, X* dx, float* partial, int64_t rows, int64_t columns) {
  const X* x = given.x;
  const Y* dy = given.dy;
  const float* weight = given.weight;
  float *weight_sum = partial, *bias_sum = partial + columns;
  std::fill(partial, partial + 2 * columns, 0.0f);
  for (int64_t r = 0; r < rows; ++r, x += columns, dy += columns, dx += columns) {
    const float mean = given.statistics[2 * r], scale = given.statistics[2 * r + 1];
    Number sum = 0, product_sum = 0;
    along(columns, [&](int64_t i, auto vector) HWY_ATTR {
      const Number n = (vector.load(x + i) - mean) * scale, d = vector.load(dy + i);
      const Number g = d * vector.load(weight + i);
      sum = sum + g;
      product_sum = multiply_add(g, n, product_sum);
      vector.store(multiply_add(d, n, vector.load(weight_sum + i)), weight_sum + i);
      vector.store(d + vector.load(bias_sum + i), bias_sum + i);
    });
    const float share = 1 / static_cast<float>(columns);
    const float mean_g = sum_of_lanes(sum) * share, mean_gn = sum_of_lanes(product_sum) * share;
    const auto gradient = [&](int64_t i, auto vector) HWY_ATTR {
      const Number n = (vector.load(x + i) - mean) * scale, g = vector.load(dy + i) * vector.load(weight + i);
      return (g - mean_g - n * mean_gn) * scale;
    };
    if (given.add)
      along(columns,
            [&](int64_t i, auto vector) HWY_ATTR { vector.store(vector.load(dx + i) + gradient(i, vector), dx + i); });
    else
      along(columns, [&](int64_t i, auto vector) HWY_ATTR { vector.store(gradient(i, vector), dx + i); });
  }
}

auto layer_norm_kernels() { return Both{layer_norm<float, float>, layer_norm<bf16, bf16>}; }
auto layer_norm_backward_kernels() { return Both{layer_norm_backward<float, float>, layer_norm_backward<bf16, bf16>}; }
auto narrowing_layer_norm() { return layer_norm<float, bf16>; }
auto narrowing_layer_norm_backward() { return layer_norm_backward<float, bf16>; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(layer_norm_kernels);
HWY_EXPORT(layer_norm_backward_kernels);
HWY_EXPORT(narrowing_layer_norm);
HWY_EXPORT(narrowing_layer_norm_backward);

namespace {
/// Large enough that the shares of the parameters' gradients are a small part of the traffic.
int64_t piece_rows(int64_t rows) { return std::max<int64_t>(16, pieces(rows, 64)); }
}  // namespace

int64_t norm_pieces(int64_t rows) { return pieces(rows, piece_rows(rows)); }

template <class X, class Y>
void layer_norm(const X* x, const NormParameters& parameters, Y* y, float* statistics, int64_t rows, int64_t columns) {
  const auto kernel = [] {
    if constexpr (std::is_same_v<X, Y>)
      return HWY_DYNAMIC_DISPATCH(layer_norm_kernels)().template of<X>();
    else
      return HWY_DYNAMIC_DISPATCH(narrowing_layer_norm)();
  }();
  parallel_for(rows, row_grain(columns), [&](int64_t begin, int64_t end) {
    kernel(x + begin * columns, parameters, y + begin * columns, statistics + 2 * begin, end - begin, columns);
  });
}

template <class X, class Y>
void layer_norm_backward(const NormBackward<X, Y>& given, X* dx, float* partial, int64_t rows, int64_t columns) {
  const auto kernel = [] {
    if constexpr (std::is_same_v<X, Y>)
      return HWY_DYNAMIC_DISPATCH(layer_norm_backward_kernels)().template of<X>();
    else
      return HWY_DYNAMIC_DISPATCH(narrowing_layer_norm_backward)();
  }();
  const int64_t grain = piece_rows(rows);
  parallel_for(rows, grain, [&](int64_t begin, int64_t end) {
    const int64_t at = begin * columns;
    const NormBackward<X, Y> piece{given.x + at, given.dy + at, given.statistics + 2 * begin, given.weight, given.add};
    kernel(piece, dx + at, partial + begin / grain * 2 * columns, end - begin, columns);
  });
}

void norm_parameter_gradients(const float* partial, int64_t pieces, int64_t columns, ColumnSums weight,
                              ColumnSums bias) {
  const auto add_up = [&](const float* from, ColumnSums sums) {
    if (!sums.to) return;
    if (!sums.add) std::fill(sums.to, sums.to + columns, 0.0f);
    for (int64_t piece = 0; piece < pieces; ++piece, from += 2 * columns)
      for (int64_t c = 0; c < columns; ++c) sums.to[c] += from[c];
  };
  add_up(partial, weight);
  add_up(partial + columns, bias);
}

template void layer_norm(const float*, const NormParameters&, float*, float*, int64_t, int64_t);
template void layer_norm(const bf16*, const NormParameters&, bf16*, float*, int64_t, int64_t);
template void layer_norm(const float*, const NormParameters&, bf16*, float*, int64_t, int64_t);
template void layer_norm_backward(const NormBackward<float, float>&, float*, float*, int64_t, int64_t);
template void layer_norm_backward(const NormBackward<bf16, bf16>&, bf16*, float*, int64_t, int64_t);
template void layer_norm_backward(const NormBackward<float, bf16>&, float*, float*, int64_t, int64_t);

}  // namespace naru::cpu
#endif
