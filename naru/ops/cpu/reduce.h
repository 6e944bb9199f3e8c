// Many numbers to few, on CPU. Pieces depend on sizes only: the result is the same for every number of threads.
#pragma once

#include <cstdint>

namespace naru::cpu {

/// Added up in double.
template <class T>
double sum(const T* x, int64_t size);
template <class T>
double sum_of_squares(const T* x, int64_t size);

/// to[c] (+)= sum over rows of x[r, c]; `columns` sums of f32.
struct ColumnSums {
  float* to = nullptr;
  bool add = false;
};
template <class T>
void column_sum(const T* x, int64_t rows, int64_t columns, ColumnSums sums);

}  // namespace naru::cpu
