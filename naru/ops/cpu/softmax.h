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
/// The largest number of some columns, and sum over j of exp(x_j - largest).
struct SumOfExp {
  float most, sum;
};
/// The largest numbers of a row so far, in falling order, and where they stand; of equals the first.
struct RunningBest {
  float* values;
  int32_t* ids;
  int64_t count, found = 0;
};
/// Takes more columns of the row into account, which stand from `first` on.
SumOfExp take_best(const float* x, int64_t columns, int64_t first, RunningBest& best);

}  // namespace naru::cpu
