// Small cases that PyTorch computed (tests/fixtures/torch; the README.txt of each says what its tensors are), computed
// again by naru's own operations: what `naru verify` shows of such a folder.
#pragma once

#include <filesystem>
#include <vector>

#include "naru/evaluate/verify.h"

namespace naru {

/// A folder with data.safetensors that is no model's.
bool is_torch_case(const std::filesystem::path& folder);

/// Recomputes the outputs and gradients of a case that are naru's to compute, in the order of computation. A case is
/// known by its tensors, not by the folder's name. Error: it is none that naru knows, or a tensor that it needs is
/// missing or has another size.
std::vector<Comparison> verify_torch_case(const std::filesystem::path& folder);

}  // namespace naru
