// Weights to smaller weights.
#pragma once

#include <map>
#include <string>

#include "naru/tensor/safetensors.h"

namespace naru {

/// What each matrix is rounded to, by its name; those that are not named stay as they are.
using MatrixDTypes = std::map<std::string, DType>;

/// A file's tensors, read when they are asked for; `file` must outlive them.
TensorSources sources_of(const SafetensorsFile& file);
/// A model's matrices rounded, as files have them: b16 to BF16; q8 and q4 to whole numbers with scales beside them
/// (naru/nn/whole_matrix.h). All else as it is. Tensors are made when they are asked for.
TensorSources rounded_weights(const TensorSources& weights, const MatrixDTypes& dtypes);
/// Every matrix in one dtype.
MatrixDTypes uniform_dtypes(const TensorSources& weights, DType dtype);
/// Of all numbers, as a file holds them.
int64_t bytes_of(const TensorSources& weights);

}  // namespace naru
