// Weights to smaller weights.
#pragma once

#include "naru/tensor/safetensors.h"

namespace naru {

/// Every matrix of a model's file rounded, as files have it: b16 to BF16; q8 and q4 to whole numbers with scales beside
/// them (naru/nn/whole_matrix.h). All else as it is. Tensors are made when they are asked for. `file` must outlive the
/// result.
TensorSources rounded_weights(const SafetensorsFile& file, DType dtype);

}  // namespace naru
