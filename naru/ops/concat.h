// Tensors put together and taken apart.
#pragma once

#include <vector>

#include "naru/tensor/ragged.h"
#include "naru/tensor/tensor.h"

namespace naru {

/// One below the other: [n_i, …] → [sum of n_i, …]. At least one part; any storage type.
Tensor concat_rows(const std::vector<Tensor>& parts);
/// Side by side: [rows, n_i] → [rows, sum of n_i].
Tensor concat_columns(const std::vector<Tensor>& parts);
/// Columns [begin, end) of x [rows, n].
Tensor slice_columns(const Tensor& x, int64_t begin, int64_t end);
/// Sequence i of the result is the parts' sequences i one after the other: what calls of `append` gave, as one call
/// would have given it. Ids or features.
Ragged regroup(const std::vector<Ragged>& parts);

}  // namespace naru
