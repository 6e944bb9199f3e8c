#pragma once

#include "naru/nn/params.h"
#include "naru/ops/linear.h"

namespace naru {

/// y = x Wᵀ + b.  The weight may be f32 or bf16; `linear` asks it.
struct Linear {
  Tensor weight;  // [out, in]
  Tensor bias;    // [out], or empty

  Linear() = default;
  Linear(Tensor weight, Tensor bias) : weight(std::move(weight)), bias(std::move(bias)) {}
  Linear(Scope scope, int64_t in, int64_t out, const Initializer& initializer = xavier_uniform())
      : weight(scope.param("weight", {out, in}, initializer)), bias(scope.param("bias", {out}, zeros())) {}

  /// [total, in] → [total, out]
  Tensor operator()(const Tensor& x, const LinearOutput& output = {}) const { return linear(x, weight, bias, output); }
};

}  // namespace naru
