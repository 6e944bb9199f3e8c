#include "naru/ops/cpu/ssru.h"

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/ssru.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/number.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// Tokens [begin, end) are one sequence, `state` [width] its own.
template <class T>
void ssru_sequence(int64_t begin, int64_t end, int64_t width, const T* projected, const float* bias, T* outputs,
                   float* cells, float* state) {
  for (int64_t t = begin; t < end; ++t) {
    const T *candidate = projected + t * 2 * width, *forget = candidate + width;
    T* output = outputs + t * width;
    float* cell = cells ? cells + t * width : nullptr;
    along(width, [&](int64_t j, auto vector) HWY_ATTR {
      const Number f = sigmoid(vector.load(forget + j) + vector.load(bias + j)), x = vector.load(candidate + j);
      const Number c = multiply_add(f, vector.load(state + j) - x, x);
      vector.store(c, state + j);
      if (cell) vector.store(c, cell + j);
      vector.store(max(0, c), output + j);
    });
  }
}

template <class T>
void ssru_sequence_backward(int64_t begin, int64_t end, int64_t width, const SsruKept<T>& kept, T* d_projected,
                            float* d_state) {
  for (int64_t t = end - 1; t >= begin; --t) {
    const T *candidate = kept.projected + t * 2 * width, *forget = candidate + width;
    const float* cell = kept.cells + t * width;
    const float* before = t > begin ? cell - width : kept.initial;
    const T* d_output = kept.d_outputs ? kept.d_outputs + t * width : nullptr;
    T *d_candidate = d_projected + t * 2 * width, *d_forget = d_candidate + width;
    along(width, [&](int64_t j, auto vector) HWY_ATTR {
      const Number f = sigmoid(vector.load(forget + j) + vector.load(kept.bias + j)), x = vector.load(candidate + j);
      const Number c_before = before ? vector.load(before + j) : Number(0);
      Number dc = vector.load(d_state + j);
      if (d_output) dc = multiply_add(vector.load(d_output + j), greater(vector.load(cell + j), 0), dc);
      const Number kept_out = dc * (Number(1) - f);
      vector.store(kept_out, d_candidate + j);
      vector.store(kept_out * f * (c_before - x), d_forget + j);
      vector.store(dc * f, d_state + j);
    });
  }
}

auto ssru_forward_kernels() { return Both{ssru_sequence<float>, ssru_sequence<bf16>}; }
auto ssru_backward_kernels() { return Both{ssru_sequence_backward<float>, ssru_sequence_backward<bf16>}; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(ssru_forward_kernels);
HWY_EXPORT(ssru_backward_kernels);
namespace {

/// Calls body(sequence, its begin, its end) on the pool.
template <class Body>
void for_each_sequence(const SsruShape& shape, const Body& body) {
  const int64_t count = static_cast<int64_t>(shape.begins.size()) - 1;
  if (count == 0) return;
  constexpr int64_t cost = 24;  // of a number: a sigmoid and a few products
  const int64_t mean_length = shape.begins.back() / count;
  parallel_for(count, row_grain(mean_length * shape.width * cost), [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i)
      body(i, shape.begins[static_cast<size_t>(i)], shape.begins[static_cast<size_t>(i) + 1]);
  });
}

}  // namespace

template <class T>
void ssru(const SsruShape& shape, const T* projected, const float* bias, T* outputs, float* cells, float* state) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(ssru_forward_kernels)().template of<T>();
  for_each_sequence(shape, [&](int64_t i, int64_t begin, int64_t end) {
    kernel(begin, end, shape.width, projected, bias, outputs, cells, state + i * shape.width);
  });
}
template <class T>
void ssru_backward(const SsruShape& shape, const SsruKept<T>& kept, T* d_projected, float* d_state) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(ssru_backward_kernels)().template of<T>();
  for_each_sequence(shape, [&](int64_t i, int64_t begin, int64_t end) {
    SsruKept<T> own = kept;
    if (own.initial) own.initial += i * shape.width;
    kernel(begin, end, shape.width, own, d_projected, d_state + i * shape.width);
  });
}

template void ssru(const SsruShape&, const float*, const float*, float*, float*, float*);
template void ssru(const SsruShape&, const bf16*, const float*, bf16*, float*, float*);
template void ssru_backward(const SsruShape&, const SsruKept<float>&, float*, float*);
template void ssru_backward(const SsruShape&, const SsruKept<bf16>&, bf16*, float*);

}  // namespace naru::cpu
#endif
