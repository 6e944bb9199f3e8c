// Activation functions, alone and as what `linear` does to its result.
#pragma once

#include <string_view>

#include "naru/ops/cpu/product.h"
#include "naru/tensor/tensor.h"

namespace naru {

using cpu::Activation;
std::string_view name(Activation activation);

/// y = activation(x), any shape; formulas in elementwise.h.
Tensor activate(const Tensor& x, Activation activation);
inline Tensor relu(const Tensor& x) { return activate(x, Activation::relu); }
inline Tensor gelu(const Tensor& x) { return activate(x, Activation::gelu); }
inline Tensor gelu_erf(const Tensor& x) { return activate(x, Activation::gelu_erf); }
inline Tensor silu(const Tensor& x) { return activate(x, Activation::silu); }
inline Tensor tanh(const Tensor& x) { return activate(x, Activation::tanh); }
inline Tensor sigmoid(const Tensor& x) { return activate(x, Activation::sigmoid); }

}  // namespace naru
