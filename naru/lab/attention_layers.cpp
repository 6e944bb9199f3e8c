#include "naru/lab/attention_layers.h"

#include <cmath>

namespace naru {
namespace {

/// Three digits are enough for a picture.
double rounded(float weight) { return std::round(1000 * static_cast<double>(weight)) / 1000; }

Json heads_json(const AttentionMap& map) {
  const auto queries = static_cast<size_t>(map.queries[0]), keys = static_cast<size_t>(map.keys[0]);
  Json heads = Json::array();
  for (size_t head = 0; head < static_cast<size_t>(map.heads); ++head) {
    Json rows = Json::array();
    for (size_t query = 0; query < queries; ++query) {
      Json row = Json::array();
      for (size_t key = 0; key < keys; ++key)
        row.push_back(rounded(map.sequences[0][(head * queries + query) * keys + key]));
      rows.push_back(std::move(row));
    }
    heads.push_back(std::move(rows));
  }
  return heads;
}

}  // namespace

Json attention_layers(std::span<const AttentionMap> maps) {
  Json layers = Json::array();
  for (const AttentionMap& map : maps) {
    Json layer{{"name", map.name}, {"heads", heads_json(map)}};
    if (map.name.starts_with("encoder")) layer["rows"] = "source";
    if (map.name.ends_with("self")) layer["columns"] = "target";
    layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace naru
