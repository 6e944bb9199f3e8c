// Weights to smaller weights.
#pragma once

#include "naru/tensor/safetensors.h"

namespace naru {

/// Every matrix of a model's file rounded to 8 bits, each row by its own scale: I8 numbers, and F32 scales beside them
/// (scale_suffix); all else as it is. Tensors are made when they are asked for. `file` must outlive the result.
TensorSources rounded_weights(const SafetensorsFile& file);

}  // namespace naru
