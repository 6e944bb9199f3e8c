#pragma once

#include <vector>

#include "naru/tensor/safetensors.h"

namespace naru {

/// The mean of equal sets of weights (checkpoint averaging; Vaswani et al. 2017 average the last 5 to 20), summed in
/// double. Error: names a weight that one of them lacks or has in another shape.
NamedTensors average(const std::vector<NamedTensors>& models);

}  // namespace naru
