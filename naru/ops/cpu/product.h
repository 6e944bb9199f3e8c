// The matrix product on CPU: C = activation(scale · (C₀ + A·B) + bias).
//
// Every element of C is one chain of fused multiply-adds over the inner index, ascending, whatever the number of rows,
// the blocking or the threads: a row of the result never depends on its neighbours.
// Inside: `product_kernel.cpp` (our own, all instruction sets), `product_onednn.cpp` (where oneDNN keeps the promise).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "naru/tensor/dtype.h"
#include "naru/tensor/panel_layout.h"

namespace naru::cpu {

enum class Activation : uint8_t { none, relu, gelu, gelu_erf, silu, tanh, sigmoid };

/// A matrix in memory, f32 or bf16, row-major; `stride` is the distance of its rows in numbers.
/// Sums are f32. Where the machine multiplies bf16 itself, an f32 A is rounded to bf16 on its way to a packed bf16 B.
/// `transposed` reads memory of [columns, rows] as [rows, columns].
struct MatrixView {
  const void* data = nullptr;
  DType dtype = DType::f32;
  int64_t rows = 0, columns = 0;
  int64_t stride = 0;
  bool transposed = false;
};

/// Where the result goes: rows of f32 or bf16, `stride` numbers apart.
struct MatrixOut {
  void* data = nullptr;
  DType dtype = DType::f32;
  int64_t stride = 0;
};

/// What is done to a finished sum: activation(scale · sum + bias). With `add` the sum starts at what C holds.
struct Epilogue {
  const float* bias = nullptr;  // [columns], or none
  Activation activation = Activation::none;
  float scale = 1;
  bool add = false;
};

/// A right-hand side in the layout that the product reads: made once, multiplied many times. One of whole numbers
/// rounds the rows of A as well (panel_product.h).
class PackedMatrix {
 public:
  PackedMatrix();
  ~PackedMatrix();
  PackedMatrix(PackedMatrix&&) noexcept;
  PackedMatrix& operator=(PackedMatrix&&) noexcept;

  int64_t inner() const { return inner_; }
  int64_t columns() const { return columns_; }
  /// Memory held.
  int64_t bytes() const;

  struct Body;  // product.cpp's own
  const Body& body() const { return *body_; }
  Body& reshape(int64_t inner, int64_t columns);

 private:
  int64_t inner_ = 0, columns_ = 0;
  std::unique_ptr<Body> body_;
};

/// Whether this machine multiplies bf16 by an instruction of its own. Elsewhere bf16 is widened first, and f32 is
/// faster.
bool has_bf16_products();
/// What kernels that are made while a model trains take on all cores, about (measured on ragged batches, whose weight
/// gradients in bf16 fill the cache of each thread); 0 where only ours serve.
int64_t product_kernel_bytes(DType dtype);

/// What a product of numbers so stored multiplies.
constexpr DType product_dtype(DType a, DType b) {
  return a == DType::bf16 || b == DType::bf16 ? DType::bf16 : DType::f32;
}

/// Rows and columns of a weight [out, in].
struct WeightPart {
  int64_t first_row = 0, rows = 0, first_column = 0, columns = 0;
};
/// A part of a weight in panels as the right-hand side of x · Wᵀ. The whole is read where it lies, and must outlive the
/// result; anything less is copied.
void pack(const PanelMatrix& weight, const WeightPart& part, PackedMatrix& into);
/// Some outputs of one, copied.
void pack(const PanelMatrix& weight, std::span<const int32_t> outputs, PackedMatrix& into);

/// Columns [first, last) of a matrix.
struct ColumnRange {
  int64_t first = 0, last = 0;
};

/// Packs B [inner, columns] as it is stored, or rounded to bf16; the memory of `into` is used again where it suffices.
/// `done`, if given, is told of columns of B that will not be read again, from any thread.
void pack(const MatrixView& b, DType dtype, PackedMatrix& into, const std::function<void(ColumnRange)>& done = {});
inline void pack(const MatrixView& b, PackedMatrix& into) { pack(b, b.dtype, into); }

/// C [rows, columns] from A [rows, inner] and a packed B, on the pool: rows are split when many, columns when few,
/// never the inner sum.
void product(const MatrixView& a, const PackedMatrix& b, const MatrixOut& c, const Epilogue& epilogue = {});

/// Columns of the same, on the calling thread; `c` and the bias are those of the whole matrix.
/// Fastest where both are multiples of `product_panel()`.
void product_columns(const MatrixView& a, const PackedMatrix& b, const MatrixOut& c, ColumnRange columns,
                     const Epilogue& epilogue = {});
/// Columns that are computed side by side.
int64_t product_panel();

/// Whose kernels serve. Automatic: oneDNN's where the machine gives its row-invariant ones to B's dtype, else ours.
/// The others are for tests and measurements; a PackedMatrix stays with the one that packed it.
enum class ProductBackend : uint8_t { automatic, own, onednn };
void set_product_backend(ProductBackend backend);

/// The same with B as it lies in memory, packed on the way: for a B that is multiplied once, such as the inputs in a
/// weight gradient dW [out, in] += dYᵀ [out, total] · X [total, in].
void product(const MatrixView& a, const MatrixView& b, const MatrixOut& c, const Epilogue& epilogue = {});

}  // namespace naru::cpu
