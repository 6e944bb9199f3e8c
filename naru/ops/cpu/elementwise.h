// Functions of each number by itself, on CPU: `size` numbers, f32 or bf16. In and out may be the same memory.
#pragma once

#include <cstdint>

#include "naru/ops/cpu/product.h"

namespace naru::cpu {

/// y = activation(x)
template <class T>
void activate(Activation activation, const T* x, T* y, int64_t size);
/// dx = dy · activation'; `kept` is y where `derivative_from_output`, else x.
template <class T>
void activate_backward(Activation activation, const T* kept, const T* dy, T* dx, int64_t size);
/// True when the derivative follows from y = activation(x) alone, so that x need not be kept.
bool derivative_from_output(Activation activation);

/// c = a + b; b may be bf16 where a is f32.
template <class A, class B>
void add(const A* a, const B* b, A* c, int64_t size);
/// c = a · b
template <class T>
void multiply(const T* a, const T* b, T* c, int64_t size);
/// y = factor · x
template <class T>
void scale(const T* x, float factor, T* y, int64_t size);
/// y = x, stored otherwise.
template <class X, class Y>
void convert(const X* x, Y* y, int64_t size);
/// z = a · x + b · y
void weighted_sum(float a, const float* x, float b, const float* y, float* z, int64_t size);

}  // namespace naru::cpu
