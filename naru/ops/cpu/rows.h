// Rows by their numbers, on CPU.
#pragma once

#include <cstdint>

namespace naru::cpu {

/// y[i] = scale · x[rows[i]] for i in [0, count); rows of `columns` numbers.
template <class T>
void gather(const T* x, const int32_t* rows, float scale, T* y, int64_t count, int64_t columns);

/// `positions` [begins[groups]] sorted by the row they refer to; group g is [begins[g], begins[g + 1]).
struct RowGroups {
  const int32_t* rows;  // of each position
  const int32_t* positions;
  const int32_t* begins;
  int64_t groups;
};
/// to[rows[t]] += scale · dy[t], for each row in the order of its group.
template <class T>
void scatter_add(const T* dy, float* to, int64_t columns, float scale, const RowGroups& groups);

/// The first `width` numbers of each of `rows` rows, which are `stride` numbers apart.
template <class P>
struct Columns {
  P* data;
  int64_t stride;
};
/// to = from; any numbers of `bytes` bytes.
void copy_columns(Columns<const void> from, Columns<void> to, int64_t rows, int64_t width, int64_t bytes);
/// to += from
template <class T>
void add_columns(Columns<const T> from, Columns<T> to, int64_t rows, int64_t width);

/// On all threads.
void fill_zero(float* to, int64_t size);

}  // namespace naru::cpu
