// What a Transformer's encoder makes of a source, layer by layer, and how it depends on the words' order.
#pragma once

#include <cstdint>
#include <vector>

#include "naru/models/model.h"

namespace naru {

/// Embedded, and after each layer: [tokens, width] each.
std::vector<Tensor> layer_rows(const Model& model, const std::vector<int32_t>& source);

/// How much the tokens' rows differ from their mean: ‖X - 1 x̄‖ / ‖X‖, embedded and after each layer. 0 where all tokens
/// have become one and the same (rank collapse; Dong et al. 2021, "Attention is not all you need").
std::vector<double> token_diversity(const Model& model, const std::vector<int32_t>& source);

/// Rows of a permuted source against the rows of the source, permuted: the largest difference over all permutations
/// tried, as a share of the largest number. 0 but for rounding where the encoder knows no positions.
double order_dependence(const Model& model, const std::vector<int32_t>& source, int64_t permutations, uint64_t seed);

}  // namespace naru
