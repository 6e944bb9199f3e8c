// Our own product for one instruction set at a time: what `product.cpp` asks of `product_kernel.cpp`.
// B lies in panels: `panel` columns wide, each [inner, panel], the last filled up with zeros.
#pragma once

#include <cstddef>
#include <cstdint>

#include "naru/base/threads.h"
#include "naru/ops/cpu/buffer.h"
#include "naru/ops/cpu/product.h"

namespace naru::cpu {

constexpr int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// How many threads share a product of so many multiply-adds: one where a second costs more than it brings, or where
/// the caller is one of several already.
inline int64_t threads_for(int64_t multiply_adds) {
  constexpr int64_t worth_a_thread = 100'000;
  return multiply_adds < worth_a_thread || inside_parallel_for() ? 1 : threads();
}

/// Columns in a panel of B and the most rows that are computed at once, on the instruction set in use.
struct KernelShape {
  int64_t rows = 0, panel = 0;
};
KernelShape kernel_shape();

/// One thread's share of a product: rows [first_row, last_row) × columns [first_column, last_column) of C.
/// B is given as panels (of b.dtype; b.data is then not read) or, with `panels` null, as it lies in memory.
struct Share {
  MatrixView a, b;
  const void* panels = nullptr;
  bool onednn = false;  // the panels are oneDNN's, or it is to be asked first
  MatrixOut c;
  Epilogue epilogue;
  int64_t first_row = 0, last_row = 0, first_column = 0, last_column = 0;
};
void compute(const Share& share);

/// Sums that an epilogue is still to be applied to: rows `stride` numbers apart.
struct SumsView {
  float* data = nullptr;
  int64_t stride = 0, rows = 0, columns = 0;
};
/// Sets the sums to what C holds from `first_column` on; `c` begins at their first row.
void load_sums(const MatrixOut& c, int64_t first_column, const SumsView& sums);
/// Applies the epilogue to the sums and stores them into C from `first_column` on.
void finish_sums(const SumsView& sums, const Epilogue& epilogue, int64_t first_column, const MatrixOut& c);

/// Steps of the inner sum that are taken at once: all, or pieces that let the operands stay in the caches; shorter
/// where B is packed on the way, since A and C are then read from near.
int64_t inner_block(int64_t inner, bool packed);
/// Rows of A that stay in L2 while the panels of B pass.
int64_t row_block(int64_t inner);

/// Packs panels [first, last) of the steps [first_inner, last_inner) of B; `panels` is f32 or bf16.
struct PanelRange {
  int64_t first = 0, last = 0, first_inner = 0, last_inner = 0;
};
void pack_panels(const MatrixView& b, const PanelRange& range, DType dtype, void* panels);

}  // namespace naru::cpu
