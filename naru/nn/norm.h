#pragma once

#include "naru/nn/params.h"
#include "naru/ops/norm.h"
#include "naru/ops/precision.h"

namespace naru {

/// Layer norm (Ba et al. 2016) over the last axis, with its weights.
struct Norm {
  Tensor weight, bias;  // [d]
  float epsilon;

  Norm(Scope scope, int64_t d, double epsilon)
      : weight(scope.param("weight", {d}, ones())),
        bias(scope.param("bias", {d}, zeros())),
        epsilon(static_cast<float>(epsilon)) {}

  /// [total, d] → [total, d]
  Tensor operator()(const Tensor& x) const { return layer_norm(x, weight, bias, epsilon); }
  /// The same, stored as matrix products read it.
  Tensor for_products(const Tensor& x) const { return layer_norm(x, weight, bias, epsilon, product_precision(x)); }
};

}  // namespace naru
