#include "naru/evaluate/source_attention.h"

#include <algorithm>

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

std::vector<std::pair<int32_t, int32_t>> word_links(std::vector<std::vector<double>> looks,
                                                    std::span<const int32_t> source_words,
                                                    std::span<const int32_t> target_words) {
  std::vector<std::pair<int32_t, int32_t>> links;
  for (size_t piece = 0; piece < target_words.size() && piece < looks.size(); ++piece) {
    auto& look = looks[piece];
    const auto words = std::min(source_words.size(), look.size());
    if (words == 0 || target_words[piece] < 0) continue;
    for (size_t word = 0; word < words; ++word)
      if (source_words[word] < 0) look[word] = 0;  // a tag
    const auto best =
        static_cast<size_t>(std::max_element(look.begin(), look.begin() + static_cast<int64_t>(words)) - look.begin());
    if (source_words[best] >= 0) links.emplace_back(source_words[best], target_words[piece]);
  }
  std::ranges::sort(links);
  links.erase(std::unique(links.begin(), links.end()), links.end());
  return links;
}

}  // namespace naru
