// The parts of a model that are made smaller together.
#pragma once

#include <string>
#include <vector>

#include "naru/tensor/safetensors.h"

namespace naru {

/// Matrices that share a dtype: the projections of one attention, a layer's feed-forward part, a recurrent layer; each
/// table and what stands alone by itself.
struct MatrixGroup {
  std::string name;  // "model.encoder.layers.0.self_attn", "encoder.l0"
  std::vector<std::string> matrices;
};

/// All matrices, each in one group, in the order of their names.
std::vector<MatrixGroup> matrix_groups(const TensorSources& weights);

}  // namespace naru
