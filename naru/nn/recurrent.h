#pragma once

#include <string>

#include "naru/nn/params.h"
#include "naru/ops/recurrent.h"

namespace naru {

Cell cell_of(const std::string& name);

/// One recurrent layer's weights, under PyTorch's names: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, and the
/// same with `_reverse`. Initialised uniformly in ±1/√hidden, as PyTorch does.
RecurrentWeights recurrent_weights(Scope scope, Cell cell, int64_t in, int64_t hidden, const std::string& suffix);

}  // namespace naru
