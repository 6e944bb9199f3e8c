// What an encoder holds of a sentence, place by place and layer by layer: the rows that probes read, and where its
// attention looks, both by words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/evaluate/model_folder.h"
#include "naru/evaluate/translator.h"

namespace naru {

/// The hidden rows of one layer: for each line, a vector for each piece, the end of sentence last.
struct LayerRows {
  std::string name;  // "encoder.0" = embedded
  std::vector<std::vector<std::vector<double>>> lines;
};
/// Of every layer, lowest first.
std::vector<LayerRows> encoder_rows(const Model& model, const std::vector<std::vector<int32_t>>& sources);

/// The ids of a line as a model reads it, its end included, and the pieces [begin, end) of each of its words.
struct ReadLine {
  std::vector<int32_t> ids;
  std::vector<Span> words;
};
ReadLine read_line(const ModelFolder& folder, const std::string& line);

/// looks[word][word of the source, its end last]: attention summed over the pieces of the word that is looked at, mean
/// over the pieces that look, heads and layers. A row adds up to 1.
using Looks = std::vector<std::vector<double>>;
/// Of the encoder's self-attention; empty where it has none.
Looks self_looks(const ModelFolder& folder, const std::string& line);
/// Of a decoder that writes this translation: a row for each of its words; empty where it has no attention.
Looks source_looks(const ModelFolder& folder, const std::string& line, const std::string& translation);

}  // namespace naru
