// Sums and products of tensors of one shape and storage type.
#pragma once

#include "naru/tensor/tensor.h"

namespace naru {

Tensor add(const Tensor& a, const Tensor& b);
/// Number by number.
Tensor multiply(const Tensor& a, const Tensor& b);
Tensor scale(const Tensor& x, float factor);

/// Over all numbers, added up in double → [1] f32.
Tensor sum(const Tensor& x);
/// The same divided by how many there are; 0 of none.
Tensor mean(const Tensor& x);

}  // namespace naru
