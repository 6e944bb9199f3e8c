#include "naru/ops/cpu/attend.h"

#include <algorithm>
#include <limits>

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/attend.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/number.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

template <class A, class B>
float dot(const A* a, const B* b, int64_t size) {
  Number sum = 0;
  along(size,
        [&](int64_t i, auto vector) HWY_ATTR { sum = multiply_add(vector.load(a + i), vector.load(b + i), sum); });
  return sum_of_lanes(sum);
}

template <class T>
float additive_energy(const float* score, const float* query, const T* key, int64_t width) {
  Number sum = 0;
  along(width, [&](int64_t i, auto vector) HWY_ATTR {
    sum = multiply_add(vector.load(score + i), tanh(vector.load(query + i) + vector.load(key + i)), sum);
  });
  return sum_of_lanes(sum);
}

void softmax_in_place(float* x, int64_t size) {
  constexpr float lowest = -std::numeric_limits<float>::infinity();
  Number most = lowest, sum = 0;
  along(size, [&](int64_t i, auto vector) HWY_ATTR { most = max(most, vector.load(x + i, lowest)); });
  const float shift = max_of_lanes(most);
  along(size, [&](int64_t i, auto vector) HWY_ATTR {
    const Number e = exp(vector.load(x + i, lowest) - shift);
    vector.store(e, x + i);
    sum = sum + e;
  });
  const float scale = 1 / sum_of_lanes(sum);
  along(size, [&](int64_t i, auto vector) HWY_ATTR { vector.store(vector.load(x + i) * scale, x + i); });
}

/// context = Σ_j weights_j values_j, for columns [first, first + vectors · lanes) or, at the end of the row, fewer.
template <int vectors, class T, class Vector>
void weighted_sum(const Source<T>& source, const float* weights, int64_t first, Vector vector, T* context) {
  FloatVector sum[vectors];
  for (auto& s : sum) s = hn::Zero(Floats());
  const T* value = source.values + first;
  for (int64_t j = 0; j < source.length; ++j, value += source.value_width)
    for (int v = 0; v < vectors; ++v)
      sum[v] = multiply_add(weights[j], vector.load(value + v * lanes), Number(sum[v])).v;
  for (int v = 0; v < vectors; ++v) vector.store(sum[v], context + first + v * lanes);
}

template <class T>
void attend(const Source<T>& source, const float* query, float* weights, T* context) {
  const T* key = source.keys;
  for (int64_t j = 0; j < source.length; ++j, key += source.width)
    weights[j] = source.score ? additive_energy(source.score, query, key, source.width) : dot(query, key, source.width);
  if (source.length > 0) softmax_in_place(weights, source.length);
  constexpr int block = 4;
  int64_t i = 0;
  for (; i + block * lanes <= source.value_width; i += block * lanes)
    weighted_sum<block>(source, weights, i, Whole(), context);
  for (; i + lanes <= source.value_width; i += lanes) weighted_sum<1>(source, weights, i, Whole(), context);
  if (i < source.value_width) weighted_sum<1>(source, weights, i, Part{source.value_width - i}, context);
}

/// d_e = α (d_α - Σ α d_α), d_α_j = d_context · value_j
template <class T>
void energies_backward(const Source<T>& source, const float* weights, const float* d_context, float* d_energies) {
  float mean = 0;
  for (int64_t j = 0; j < source.length; ++j) {
    d_energies[j] = dot(d_context, source.values + j * source.value_width, source.value_width);
    mean += weights[j] * d_energies[j];
  }
  for (int64_t j = 0; j < source.length; ++j) d_energies[j] = weights[j] * (d_energies[j] - mean);
}

template <class T>
void attend_backward(const Source<T>& source, const float* query, const float* weights, const float* d_context,
                     const SourceGradients& to) {
  energies_backward(source, weights, d_context, to.d_energies);
  const T* key = source.keys;
  for (int64_t j = 0; j < source.length; ++j, key += source.width) {
    const Number d_energy = to.d_energies[j];
    if (!source.score) {
      along(source.width, [&](int64_t i, auto vector) HWY_ATTR {
        vector.store(multiply_add(d_energy, vector.load(key + i), vector.load(to.d_query + i)), to.d_query + i);
      });
      continue;
    }
    float* d_key = to.d_keys + j * source.width;
    along(source.width, [&](int64_t i, auto vector) HWY_ATTR {
      const Number t = tanh(vector.load(query + i) + vector.load(key + i));
      const Number d_sum = d_energy * vector.load(source.score + i) * multiply_add(-t, t, 1);
      vector.store(vector.load(to.d_query + i) + d_sum, to.d_query + i);
      vector.store(vector.load(d_key + i) + d_sum, d_key + i);
      vector.store(multiply_add(d_energy, t, vector.load(to.d_score + i)), to.d_score + i);
    });
  }
}

auto attend_kernels() { return Both{attend<float>, attend<bf16>}; }
auto attend_backward_kernels() { return Both{attend_backward<float>, attend_backward<bf16>}; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(attend_kernels);
HWY_EXPORT(attend_backward_kernels);

template <class T>
void attend(const Source<T>& source, const float* query, float* weights, T* context) {
  HWY_DYNAMIC_DISPATCH(attend_kernels)().template of<T>()(source, query, weights, context);
}
template <class T>
void attend_backward(const Source<T>& source, const float* query, const float* weights, const float* d_context,
                     const SourceGradients& to) {
  HWY_DYNAMIC_DISPATCH(attend_backward_kernels)().template of<T>()(source, query, weights, d_context, to);
}

template void attend(const Source<float>&, const float*, float*, float*);
template void attend(const Source<bf16>&, const float*, float*, bf16*);
template void attend_backward(const Source<float>&, const float*, const float*, const float*, const SourceGradients&);
template void attend_backward(const Source<bf16>&, const float*, const float*, const float*, const SourceGradients&);

}  // namespace naru::cpu
#endif
