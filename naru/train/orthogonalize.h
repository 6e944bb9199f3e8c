#pragma once

#include "naru/tensor/tensor.h"

namespace naru {

/// Every singular value of a matrix [rows, columns] that is at least 1/100 of its norm brought near 1 (0.68 to 1.2),
/// smaller ones nearer, all directions kept: U Σ Vᵀ → about U Vᵀ. Zeros stay zeros.
/// Newton–Schulz steps X ← (aI + bG + cG²) X, G = XXᵀ, from X / ‖X‖, with the coefficients of Jordan 2024 ("Muon: An
/// optimizer for hidden layers in neural networks"). All factors are polynomials of the first G and commute, so the
/// steps run on square matrices of the shorter side, and X is multiplied once. `precision`: what products read is
/// stored as; their sums are f32.
Tensor orthogonalize(const Tensor& matrix, DType precision = DType::f32);
/// The memory that it takes at most, the result included.
int64_t orthogonalize_bytes(const Shape& shape);

}  // namespace naru
