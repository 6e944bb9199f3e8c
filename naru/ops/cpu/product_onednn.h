// The product by oneDNN, where that is both faster than ours and row-invariant: its `brg:` kernels (AVX-512).
// Single-threaded by design: our own pool splits the work.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "naru/ops/cpu/product_kernel.h"

namespace naru::cpu::onednn {

/// Columns that its packed layout keeps together.
inline constexpr int64_t panel = 64;
/// Rows that one call takes at most.
inline constexpr int64_t row_block = 256;
/// Many rows are taken in multiples of this and the rest filled up with zeros: ragged totals, a new one each time, need
/// few kernels (one takes 40 to 60 KB and up to 0.7 ms to make).
inline constexpr int64_t row_step = 16;

/// True where products with a packed B of this dtype are served by a `brg:` kernel on this machine.
bool serves(DType dtype);

/// The kernel that oneDNN chooses for [rows, inner] times a packed [inner, columns]: "brg:…", "gemm:…", "ref:…"; empty
/// where it has none.
std::string_view kernel_name(int64_t rows, int64_t inner, int64_t columns, DType dtype);

/// The packed layout: column blocks of `panel`, one after the other.
int64_t packed_bytes(int64_t inner, int64_t columns, DType dtype);
/// Packs columns [first, last), multiples of `panel` or the end, as numbers of `dtype` to their place in `packed`.
void pack(const MatrixView& b, int64_t first, int64_t last, DType dtype, void* packed);

/// A share of a product with packed B (`share.panels`, of share.b's shape and dtype). A is converted to B's dtype.
void compute(const Share& share);
/// The same with B as it lies in memory. False, with nothing done, where oneDNN has only its reference for it.
bool compute_unpacked(const Share& share);

/// [rows, inner] of unsigned times [inner, columns] of signed 8-bit zeros into i32, B packed as oneDNN likes it: each
/// call multiplies once, on the thread that calls. Only for measuring what the machine can do.
std::function<void()> int8_product(int64_t rows, int64_t inner, int64_t columns);

}  // namespace naru::cpu::onednn
