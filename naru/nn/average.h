#pragma once

#include <string>
#include <vector>

#include "naru/tensor/safetensors.h"

namespace naru {

/// Weights in a file: the tensors whose names begin with `prefix`, which is not part of the weight's name.
struct StoredWeights {
  const SafetensorsFile* file;
  std::string prefix;
};

/// The mean of equal sets of weights (checkpoint averaging; Vaswani et al. 2017 average the last 5 to 20), summed in
/// double, one weight at a time. Error: names a weight that one of them lacks or has in another shape.
NamedTensors average(const std::vector<StoredWeights>& models);

}  // namespace naru
