// Maxout over pairs (Goodfellow et al. 2013), as in the deep output of Bahdanau et al. 2014.
#pragma once

#include "naru/tensor/tensor.h"

namespace naru {

/// y_k = max(x_2k, x_2k+1): [rows, 2 k] → [rows, k]. Of equals the first gets the gradient.
Tensor maxout(const Tensor& x);

}  // namespace naru
