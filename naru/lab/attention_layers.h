#pragma once

#include <span>

#include "naru/base/json.h"
#include "naru/ops/attention_map.h"

namespace naru {

/// Attention weights of one sentence, the first of each map, as `AttentionLayer` of web/src/schema.ts.
Json attention_layers(std::span<const AttentionMap> maps);

}  // namespace naru
