// The weights that one call of one attention layer gave, for alignments and pictures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace naru {

/// The attention weights of one call of one layer.
struct AttentionMap {
  std::string name;  // "encoder.0", "decoder.3.self", "decoder.3.cross", "attention" for recurrent decoders
  int64_t heads = 1;
  /// For each sequence: weights [heads, queries, keys], row after row.
  std::vector<std::vector<float>> sequences;
  std::vector<int64_t> queries, keys;  // for each sequence
};

}  // namespace naru
