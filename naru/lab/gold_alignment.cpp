#include "naru/lab/gold_alignment.h"

#include "naru/evaluate/source_attention.h"
#include "naru/text/words.h"

namespace naru {
namespace {

std::vector<std::vector<double>> looks_of(const AttentionMap& map, int64_t head) {
  const auto queries = static_cast<size_t>(map.queries.at(0)), keys = static_cast<size_t>(map.keys.at(0));
  std::vector<std::vector<double>> looks(queries);
  for (size_t query = 0; query < queries; ++query) {
    const auto row =
        map.sequences.at(0).begin() + static_cast<std::ptrdiff_t>((static_cast<size_t>(head) * queries + query) * keys);
    looks[query].assign(row, row + static_cast<std::ptrdiff_t>(keys));
  }
  return looks;
}

}  // namespace

std::vector<int32_t> words_of_pieces(const Tokenizer& tokenizer, const std::string& text) {
  const TokenizedText tokens = tokenizer.encode_places(text);
  return word_of_each(tokens.places, words_of(tokens.text));
}

void add_alignments(std::vector<AlignedBy>& all, const ModelFolder& folder, const Trace& trace, const Phrase& phrase) {
  const std::vector<int32_t> source = words_of_pieces(*folder.source, phrase.korean),
                             target = words_of_pieces(*folder.target, phrase.english);
  size_t place = 0;
  const auto add = [&](const std::string& layer, int64_t head, std::vector<std::vector<double>> looks) {
    if (place == all.size()) all.push_back({layer, head, {}});
    all[place++].counts.add(word_links(std::move(looks), source, target), phrase.alignment);
  };
  auto together = source_attention(trace, 0);
  if (together.empty()) return;
  add("all", 0, std::move(together));
  for (const AttentionMap& map : trace.attention)
    if (map.name == "attention" || map.name.ends_with(".cross"))
      for (int64_t head = 0; head < map.heads; ++head) add(map.name, head, looks_of(map, head));
}

}  // namespace naru
