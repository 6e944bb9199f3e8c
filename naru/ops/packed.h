// A weight in the layout that matrix products read, and tensors as products see them.
#pragma once

#include <memory>
#include <span>

#include "naru/ops/cpu/product.h"
#include "naru/tensor/tensor.h"

namespace naru {

/// As right-hand side of x · Wᵀ (forward) or of dy · W (backward).
enum class PackedAs : uint8_t { transposed, as_is };

/// `weight` [out, in], packed for products with what is stored as `operand`; kept beside the weight until its numbers
/// change. One that is `trained` changes after each step: it is packed at every call, into memory that the next such
/// call with equal `as` on this thread uses again; the result is good until then.
std::shared_ptr<const cpu::PackedMatrix> packed(const Tensor& weight, PackedAs as, DType operand, bool trained = false);

/// Rows `ids` of a weight [out, in], copied out and packed as the right-hand side of x · Wᵀ.
cpu::PackedMatrix packed_rows(const Tensor& weight, std::span<const int32_t> ids);

/// [rows, columns], and the same read as [columns, rows]. More axes count as rows.
cpu::MatrixView matrix_view(const Tensor& matrix);
cpu::MatrixView transposed_view(const Tensor& matrix);
cpu::MatrixOut matrix_out(const Tensor& matrix);

}  // namespace naru
