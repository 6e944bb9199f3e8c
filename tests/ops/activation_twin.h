// The activations' formulas, again from their papers, in double.
#pragma once

#include <cmath>

#include "naru/ops/activations.h"

namespace naru {

inline double activation_twin(Activation activation, double x) {
  switch (activation) {
    case Activation::relu: return x > 0 ? x : 0;
    case Activation::gelu: return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * std::pow(x, 3))));
    case Activation::gelu_erf: return x / 2 * std::erfc(-x / std::sqrt(2));
    case Activation::silu: return x / (1 + std::exp(-x));
    case Activation::tanh: return std::tanh(x);
    case Activation::sigmoid: return 1 / (1 + std::exp(-x));
    case Activation::none: break;
  }
  return x;
}

}  // namespace naru
