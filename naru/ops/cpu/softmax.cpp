#include "naru/ops/cpu/softmax.h"

#include <cmath>
#include <limits>

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/softmax.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/number.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

constexpr float lowest = -std::numeric_limits<float>::infinity();

template <class T>
float largest(const T* x, int64_t columns) {
  Number most = lowest;
  along(columns, [&](int64_t i, auto vector) HWY_ATTR { most = max(most, vector.load(x + i, lowest)); });
  return max_of_lanes(most);
}

/// sum_j exp(x_j - most)
template <class T>
float sum_of_exp(const T* x, float most, int64_t columns) {
  Number sum = 0;
  along(columns, [&](int64_t i, auto vector) HWY_ATTR { sum = sum + exp(vector.load(x + i, lowest) - most); });
  return sum_of_lanes(sum);
}

template <class T>
void softmax(const T* x, T* y, int64_t rows, int64_t columns) {
  for (; rows > 0; --rows, x += columns, y += columns) {
    const float most = largest(x, columns), scale = 1 / sum_of_exp(x, most, columns);
    along(columns,
          [&](int64_t i, auto vector) HWY_ATTR { vector.store(exp(vector.load(x + i) - most) * scale, y + i); });
  }
}

template <class T>
void softmax_backward(const T* y, const T* dy, T* dx, int64_t rows, int64_t columns) {
  for (; rows > 0; --rows, y += columns, dy += columns, dx += columns) {
    Number sum = 0;
    along(columns,
          [&](int64_t i, auto vector) HWY_ATTR { sum = multiply_add(vector.load(y + i), vector.load(dy + i), sum); });
    const float mean = sum_of_lanes(sum);
    along(columns, [&](int64_t i, auto vector)
                       HWY_ATTR { vector.store(vector.load(y + i) * (vector.load(dy + i) - mean), dx + i); });
  }
}

template <class T>
void log_softmax(const T* x, T* y, int64_t rows, int64_t columns) {
  for (; rows > 0; --rows, x += columns, y += columns) {
    const float most = largest(x, columns), shift = std::log(sum_of_exp(x, most, columns));
    along(columns, [&](int64_t i, auto vector) HWY_ATTR { vector.store(vector.load(x + i) - most - shift, y + i); });
  }
}

template <class T>
void log_softmax_backward(const T* y, const T* dy, T* dx, int64_t rows, int64_t columns) {
  for (; rows > 0; --rows, y += columns, dy += columns, dx += columns) {
    Number lanes_sum = 0;
    along(columns, [&](int64_t i, auto vector) HWY_ATTR { lanes_sum = lanes_sum + vector.load(dy + i); });
    const float sum = sum_of_lanes(lanes_sum);
    along(columns, [&](int64_t i, auto vector)
                       HWY_ATTR { vector.store(vector.load(dy + i) - exp(vector.load(y + i)) * sum, dx + i); });
  }
}

auto softmax_kernels() { return Both{softmax<float>, softmax<bf16>}; }
auto softmax_backward_kernels() { return Both{softmax_backward<float>, softmax_backward<bf16>}; }
auto log_softmax_kernels() { return Both{log_softmax<float>, log_softmax<bf16>}; }
auto log_softmax_backward_kernels() { return Both{log_softmax_backward<float>, log_softmax_backward<bf16>}; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(softmax_kernels);
HWY_EXPORT(softmax_backward_kernels);
HWY_EXPORT(log_softmax_kernels);
HWY_EXPORT(log_softmax_backward_kernels);

/// An exponential costs about as much as this many simple operations.
constexpr int64_t exp_cost = 8;

template <class T>
void softmax(const T* x, T* y, int64_t rows, int64_t columns) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(softmax_kernels)().template of<T>();
  parallel_for(rows, row_grain(exp_cost * columns), [&](int64_t begin, int64_t end) {
    kernel(x + begin * columns, y + begin * columns, end - begin, columns);
  });
}

template <class T>
void softmax_backward(const T* y, const T* dy, T* dx, int64_t rows, int64_t columns) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(softmax_backward_kernels)().template of<T>();
  parallel_for(rows, row_grain(columns), [&](int64_t begin, int64_t end) {
    kernel(y + begin * columns, dy + begin * columns, dx + begin * columns, end - begin, columns);
  });
}

template <class T>
void log_softmax(const T* x, T* y, int64_t rows, int64_t columns) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(log_softmax_kernels)().template of<T>();
  parallel_for(rows, row_grain(exp_cost * columns), [&](int64_t begin, int64_t end) {
    kernel(x + begin * columns, y + begin * columns, end - begin, columns);
  });
}

template <class T>
void log_softmax_backward(const T* y, const T* dy, T* dx, int64_t rows, int64_t columns) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(log_softmax_backward_kernels)().template of<T>();
  parallel_for(rows, row_grain(exp_cost * columns), [&](int64_t begin, int64_t end) {
    kernel(y + begin * columns, dy + begin * columns, dx + begin * columns, end - begin, columns);
  });
}

template void softmax(const float*, float*, int64_t, int64_t);
template void softmax(const bf16*, bf16*, int64_t, int64_t);
template void softmax_backward(const float*, const float*, float*, int64_t, int64_t);
template void softmax_backward(const bf16*, const bf16*, bf16*, int64_t, int64_t);
template void log_softmax(const float*, float*, int64_t, int64_t);
template void log_softmax(const bf16*, bf16*, int64_t, int64_t);
template void log_softmax_backward(const float*, const float*, float*, int64_t, int64_t);
template void log_softmax_backward(const bf16*, const bf16*, bf16*, int64_t, int64_t);

}  // namespace naru::cpu
#endif
