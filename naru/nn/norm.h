#pragma once

#include "naru/nn/params.h"
#include "naru/ops/norm.h"

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
};

}  // namespace naru
