// The left side of products by packed weights: made ready once, where many products read it.
#pragma once

#include "naru/ops/cpu/buffer.h"
#include "naru/ops/cpu/product.h"

namespace naru::cpu {

/// Rows as kernels read them that multiply by weights in panels.
struct LeftRows {
  const std::byte* numbers = nullptr;  // [rows, step], whole ones or f32
  int64_t step = 0;                    // in bytes
  const float* scales = nullptr;       // [rows], of whole numbers
  const int32_t* starts = nullptr;     // [rows, groups]
  int64_t rows = 0, groups = 0;

  LeftRows part(int64_t first, int64_t last) const {
    return {numbers + first * step, step, scales + first, starts + first * groups, last - first, groups};
  }
};

struct LeftSide {
  MatrixView matrix;
  LeftRows ready;  // no numbers: kernels read the matrix itself

  LeftSide part(int64_t first, int64_t last) const;
};
/// For products by `b` and others of its dtype and inner extent. What `memory` holds must outlive the result.
LeftSide left_side(const MatrixView& a, const PackedMatrix& b, ThreadBuffer& memory);

/// As the one that takes A as it lies (product.h).
void product_columns(const LeftSide& a, const PackedMatrix& b, const MatrixOut& c, ColumnRange columns,
                     const Epilogue& epilogue = {});

}  // namespace naru::cpu
