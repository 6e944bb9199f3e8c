// Rows of a table by their numbers.
#pragma once

#include "naru/tensor/tensor.h"

namespace naru {

struct EmbeddingOptions {
  float scale = 1;  // sqrt(d) in the Transformer
};

/// y_t = scale · table[ids_t]. table [vocabulary, d], ids i32 [total] → [total, d], stored as the table is, or f32
/// where that lies in panels.
/// Error (the user's, whose vocabulary and weights do not fit): an id outside the table.
Tensor embedding(const Tensor& table, const Tensor& ids, EmbeddingOptions options = {});

/// y_i = x[rows_i]; rows may repeat. x [n, d], rows i32 [m] → [m, d].
Tensor gather(const Tensor& x, const Tensor& rows);

}  // namespace naru
