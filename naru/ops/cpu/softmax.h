// Softmax on CPU: rows of `columns` > 0 numbers, f32 or bf16; computed in f32.
#pragma once

#include <cstdint>

namespace naru::cpu {

template <class T>
void softmax(const T* x, T* y, int64_t rows, int64_t columns);
template <class T>
void softmax_backward(const T* y, const T* dy, T* dx, int64_t rows, int64_t columns);
template <class T>
void log_softmax(const T* x, T* y, int64_t rows, int64_t columns);
template <class T>
void log_softmax_backward(const T* y, const T* dy, T* dx, int64_t rows, int64_t columns);

}  // namespace naru::cpu
