#pragma once

#include <vector>

#include "naru/models/decoder.h"

namespace naru {

/// For each query of a sentence the attention over its source, summed over heads and over the layers of the upper half
/// of the decoder: the lower ones look around more than at what they translate. Empty where the model has none.
std::vector<std::vector<double>> source_attention(const Trace& trace, size_t sentence);

}  // namespace naru
