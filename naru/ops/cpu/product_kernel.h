// Our own product for one instruction set at a time: what `product.cpp` asks of `product_kernel.cpp`.
// B lies in panels: `panel` columns wide, each [inner, panel], the last filled up with zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "naru/ops/cpu/product.h"

namespace naru::cpu {

/// 64-byte aligned memory that only grows; the contents are lost when it does.
class Buffer {
 public:
  void* at_least(int64_t bytes);
  void* data() const { return data_.get(); }
  int64_t bytes() const { return bytes_; }

 private:
  struct Free {
    void operator()(void* data) const;
  };
  std::unique_ptr<void, Free> data_;
  int64_t bytes_ = 0;
};

/// Columns in a panel of B and the most rows that are computed at once, on the instruction set in use.
struct KernelShape {
  int64_t rows = 0, panel = 0;
};
KernelShape kernel_shape();

/// One thread's share of a product: rows [first_row, last_row) × columns [first_column, last_column) of C.
/// B is given either as panels or as a view.
struct Share {
  MatrixView a, b;
  const float* panels = nullptr;
  MatrixOut c;
  Epilogue epilogue;
  int64_t first_row = 0, last_row = 0, first_column = 0, last_column = 0;
};
void compute(const Share& share);

/// Packs panels [first, last) of B.
void pack_panels(const MatrixView& b, int64_t first, int64_t last, float* panels);

}  // namespace naru::cpu
