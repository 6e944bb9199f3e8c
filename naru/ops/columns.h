// Some columns of a tensor, read where they lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "naru/tensor/tensor.h"

namespace naru {

/// Columns [first, first + count) of a tensor [rows, columns]: queries, keys and values may be slices of one fused
/// product, whose gradient then comes back as one tensor.
struct Columns {
  Tensor tensor;  // [rows, columns]
  int64_t first = 0, count = 0;

  Columns(Tensor whole) : tensor(std::move(whole)), count(tensor.dim(-1)) {}  // NOLINT: implicit on purpose
  Columns(Tensor tensor, int64_t first, int64_t count) : tensor(std::move(tensor)), first(first), count(count) {}
};

/// Rows of numbers as kernels see them: `stride` numbers apart, `data` at the first column that counts.
template <class Pointer>
struct HeadRows {
  Pointer data = nullptr;
  int64_t stride = 0;
};

/// The rows of a tensor [rows, columns] from column `first` on.
template <class Pointer>
HeadRows<Pointer> rows_of(const Tensor& tensor, int64_t first) {
  return {static_cast<std::byte*>(tensor.raw()) + first * size_of(tensor.dtype()), tensor.dim(1)};
}

/// Checks that `columns` are `count` of f32 or bf16 numbers in a tensor of `rows` rows; `op` and `what` are for the
/// message.
void check_columns(const char* op, const char* what, const Columns& columns, int64_t rows, int64_t count);

}  // namespace naru
