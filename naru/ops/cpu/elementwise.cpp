#include "naru/ops/cpu/elementwise.h"

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/elementwise.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/number.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {
#include "naru/ops/elementwise.h"

template <class T>
void activate(Activation activation, const T* x, T* y, int64_t size) {
  with_formula(activation, [&](auto formula) HWY_ATTR {
    along(size, [&](int64_t i, auto vector) HWY_ATTR { vector.store(formula.forward(vector.load(x + i)), y + i); });
  });
}

template <class T>
void activate_backward(Activation activation, const T* kept, const T* dy, T* dx, int64_t size) {
  with_formula(activation, [&](auto formula) HWY_ATTR {
    along(size, [&](int64_t i, auto vector) HWY_ATTR {
      vector.store(vector.load(dy + i) * formula.derivative(vector.load(kept + i)), dx + i);
    });
  });
}

bool derivative_from_output(Activation activation) {
  return with_formula(activation, [](auto formula) { return formula.from_output; });
}

template <class A, class B>
void add(const A* a, const B* b, A* c, int64_t size) {
  along(size, [&](int64_t i, auto vector) HWY_ATTR { vector.store(vector.load(a + i) + vector.load(b + i), c + i); });
}

template <class T>
void multiply(const T* a, const T* b, T* c, int64_t size) {
  along(size, [&](int64_t i, auto vector) HWY_ATTR { vector.store(vector.load(a + i) * vector.load(b + i), c + i); });
}

template <class T>
void scale(const T* x, float factor, T* y, int64_t size) {
  along(size, [&](int64_t i, auto vector) HWY_ATTR { vector.store(vector.load(x + i) * factor, y + i); });
}

template <class X, class Y>
void convert(const X* x, Y* y, int64_t size) {
  along(size, [&](int64_t i, auto vector) HWY_ATTR { vector.store(vector.load(x + i), y + i); });
}

void weighted_sum(float a, const float* x, float b, const float* y, float* z, int64_t size) {
  along(size, [&](int64_t i, auto vector)
                  HWY_ATTR { vector.store(multiply_add(a, vector.load(x + i), vector.load(y + i) * b), z + i); });
}

auto activate_kernels() { return Both{activate<float>, activate<bf16>}; }
auto activate_backward_kernels() { return Both{activate_backward<float>, activate_backward<bf16>}; }
auto add_kernels() { return Both{add<float, float>, add<bf16, bf16>}; }
auto add_widening() { return add<float, bf16>; }
auto narrowing() { return convert<float, bf16>; }
auto widening() { return convert<bf16, float>; }
auto multiply_kernels() { return Both{multiply<float>, multiply<bf16>}; }
auto scale_kernels() { return Both{scale<float>, scale<bf16>}; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(activate_kernels);
HWY_EXPORT(activate_backward_kernels);
HWY_EXPORT(add_kernels);
HWY_EXPORT(add_widening);
HWY_EXPORT(narrowing);
HWY_EXPORT(widening);
HWY_EXPORT(multiply_kernels);
HWY_EXPORT(scale_kernels);
HWY_EXPORT(weighted_sum);

template <class T>
void activate(Activation activation, const T* x, T* y, int64_t size) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(activate_kernels)().template of<T>();
  parallel_for(size, element_grain,
               [&](int64_t begin, int64_t end) { kernel(activation, x + begin, y + begin, end - begin); });
}

template <class T>
void activate_backward(Activation activation, const T* kept, const T* dy, T* dx, int64_t size) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(activate_backward_kernels)().template of<T>();
  parallel_for(size, element_grain, [&](int64_t begin, int64_t end) {
    kernel(activation, kept + begin, dy + begin, dx + begin, end - begin);
  });
}

bool derivative_from_output(Activation activation) { return HWY_STATIC_DISPATCH(derivative_from_output)(activation); }

template <class A, class B>
void add(const A* a, const B* b, A* c, int64_t size) {
  const auto over = [&](auto kernel) {
    parallel_for(size, element_grain,
                 [&](int64_t begin, int64_t end) { kernel(a + begin, b + begin, c + begin, end - begin); });
  };
  if constexpr (std::is_same_v<A, B>) {
    over(HWY_DYNAMIC_DISPATCH(add_kernels)().template of<A>());
  } else {
    over(HWY_DYNAMIC_DISPATCH(add_widening)());
  }
}

template <class X, class Y>
void convert(const X* x, Y* y, int64_t size) {
  const auto over = [&](auto kernel) {
    parallel_for(size, element_grain, [&](int64_t begin, int64_t end) { kernel(x + begin, y + begin, end - begin); });
  };
  if constexpr (std::is_same_v<Y, bf16>) {
    over(HWY_DYNAMIC_DISPATCH(narrowing)());
  } else {
    over(HWY_DYNAMIC_DISPATCH(widening)());
  }
}

template <class T>
void multiply(const T* a, const T* b, T* c, int64_t size) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(multiply_kernels)().template of<T>();
  parallel_for(size, element_grain,
               [&](int64_t begin, int64_t end) { kernel(a + begin, b + begin, c + begin, end - begin); });
}

template <class T>
void scale(const T* x, float factor, T* y, int64_t size) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(scale_kernels)().template of<T>();
  parallel_for(size, element_grain,
               [&](int64_t begin, int64_t end) { kernel(x + begin, factor, y + begin, end - begin); });
}

void weighted_sum(float a, const float* x, float b, const float* y, float* z, int64_t size) {
  parallel_for(size, element_grain, [&](int64_t begin, int64_t end) {
    HWY_DYNAMIC_DISPATCH(weighted_sum)(a, x + begin, b, y + begin, z + begin, end - begin);
  });
}

template void activate(Activation, const float*, float*, int64_t);
template void activate(Activation, const bf16*, bf16*, int64_t);
template void activate_backward(Activation, const float*, const float*, float*, int64_t);
template void activate_backward(Activation, const bf16*, const bf16*, bf16*, int64_t);
template void add(const float*, const float*, float*, int64_t);
template void add(const bf16*, const bf16*, bf16*, int64_t);
template void add(const float*, const bf16*, float*, int64_t);
template void convert(const float*, bf16*, int64_t);
template void convert(const bf16*, float*, int64_t);
template void multiply(const float*, const float*, float*, int64_t);
template void multiply(const bf16*, const bf16*, bf16*, int64_t);
template void scale(const float*, float, float*, int64_t);
template void scale(const bf16*, float, bf16*, int64_t);

}  // namespace naru::cpu
#endif
