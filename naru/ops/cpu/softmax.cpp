#include "naru/ops/cpu/softmax.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
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

void offer(float value, int64_t id, RunningBest& best) {
  if (best.found == best.count && !(value > best.values[best.count - 1])) return;
  int64_t place = best.found < best.count ? best.found++ : best.count - 1;
  for (; place > 0 && value > best.values[place - 1]; --place)
    best.values[place] = best.values[place - 1], best.ids[place] = best.ids[place - 1];
  best.values[place] = value, best.ids[place] = static_cast<int32_t>(id);
}

/// Of `vectors` vectors those numbers that are above the worst so far. They are few: mostly none is.
template <int vectors>
HWY_INLINE void offer_above(const float* x, int64_t id, const FloatVector (&numbers)[vectors], RunningBest& best) {
  const auto worst = hn::Set(Floats(), best.values[best.count - 1]);
  auto most = numbers[0];
  for (int v = 1; v < vectors; ++v) most = hn::Max(most, numbers[v]);
  if (hn::AllFalse(Floats(), hn::Gt(most, worst))) return;
  for (int v = 0; v < vectors; ++v) {
    uint8_t bits[8] = {};
    hn::StoreMaskBits(Floats(), hn::Gt(numbers[v], worst), bits);
    uint64_t above = 0;
    std::memcpy(&above, bits, sizeof above);
    for (; above != 0; above &= above - 1) {
      const int64_t i = v * lanes + std::countr_zero(above);
      offer(x[i], id + i, best);
    }
  }
}

SumOfExp take_best(const float* x, int64_t columns, int64_t first, RunningBest& best) {
  constexpr int vectors = 4;
  int64_t i = 0;
  for (; i < columns && best.found < best.count; ++i) offer(x[i], first + i, best);
  float most = i > 0 ? largest(x, i) : lowest;
  auto lanes_most = hn::Set(Floats(), most);
  for (; i + vectors * lanes <= columns; i += vectors * lanes) {
    FloatVector numbers[vectors];
    for (int v = 0; v < vectors; ++v) {
      numbers[v] = load(x + i + v * lanes);
      lanes_most = hn::Max(lanes_most, numbers[v]);
    }
    offer_above(x + i, first + i, numbers, best);
  }
  most = hn::GetLane(hn::MaxOfLanes(Floats(), lanes_most));
  for (; i < columns; ++i) {
    offer(x[i], first + i, best);
    most = std::max(most, x[i]);
  }
  return {most, sum_of_exp(x, most, columns)};
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
HWY_EXPORT(take_best);

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

SumOfExp take_best(const float* x, int64_t columns, int64_t first, RunningBest& best) {
  return HWY_DYNAMIC_DISPATCH(take_best)(x, columns, first, best);
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
