#include "naru/evaluate/source_attention.h"

namespace naru {

std::vector<std::vector<double>> source_attention(const Trace& trace, size_t sentence) {
  std::vector<const AttentionMap*> looks;
  for (const AttentionMap& map : trace.attention)
    if (map.name == "attention" || map.name.ends_with(".cross")) looks.push_back(&map);
  if (looks.empty()) return {};
  const auto queries = static_cast<size_t>(looks[0]->queries[sentence]),
             keys = static_cast<size_t>(looks[0]->keys[sentence]);
  std::vector<std::vector<double>> sum(queries, std::vector<double>(keys));
  for (size_t layer = looks.size() / 2; layer < looks.size(); ++layer)
    for (size_t head = 0; head < static_cast<size_t>(looks[layer]->heads); ++head)
      for (size_t query = 0; query < queries; ++query)
        for (size_t key = 0; key < keys; ++key)
          sum[query][key] += looks[layer]->sequences[sentence][(head * queries + query) * keys + key];
  return sum;
}

}  // namespace naru
