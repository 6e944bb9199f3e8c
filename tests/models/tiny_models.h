#pragma once

#include <memory>
#include <string>
#include <vector>

#include "naru/models/registry.h"

namespace naru {

/// A small model of each architecture and of each variant that has code of its own.
std::vector<std::string> tiny_model_names();
ModelConfig tiny_config(const std::string& name);
/// `matrices`: what they are kept as.
std::unique_ptr<Model> tiny_model(const std::string& name, uint64_t seed = 1, DType matrices = DType::f32);

}  // namespace naru
