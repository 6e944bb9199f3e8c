#pragma once

#include "naru/tensor/tensor.h"

namespace naru {

/// Every singular value of a matrix [rows, columns] brought near 1 (0.7 to 1.2; the smallest, below 1/500 of the
/// matrix's norm, fall short), its directions kept: U Σ Vᵀ → about U Vᵀ. Zeros stay zeros.
/// Five Newton–Schulz steps X ← (aI + bG + cG²) X, G = XXᵀ, from X / ‖X‖, with the coefficients of Jordan 2024
/// ("Muon: An optimizer for hidden layers in neural networks").
Tensor orthogonalize(Tensor matrix);

}  // namespace naru
