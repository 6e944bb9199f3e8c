#include "naru/lab/encoder_rows.h"

#include <algorithm>

namespace naru {
namespace {

/// The pieces of each word. The word-less ones belong to none.
std::vector<Span> pieces_of_words(const TokenizedText& text) {
  const std::vector<Span> words = words_of(text.text);
  const std::vector<int32_t> word = word_of_each(text.places, words);
  std::vector<Span> pieces(words.size(), Span{0, 0});
  for (size_t i = 0; i < word.size(); ++i) {
    if (word[i] < 0) continue;
    Span& span = pieces[static_cast<size_t>(word[i])];
    if (span.end == 0) span.begin = static_cast<int32_t>(i);
    span.end = static_cast<int32_t>(i) + 1;
  }
  return pieces;
}

/// Adds the mean over heads and over the pieces of each looking word.
void add_looks(Looks& looks, const AttentionMap& map, const std::vector<Span>& from, const std::vector<Span>& to) {
  const int64_t queries = map.queries[0], keys = map.keys[0];
  const std::vector<float>& weights = map.sequences[0];
  for (size_t word = 0; word < from.size(); ++word)
    for (int64_t head = 0; head < map.heads; ++head)
      for (int64_t query = from[word].begin; query < std::min<int64_t>(from[word].end, queries); ++query) {
        const auto row = static_cast<size_t>((head * queries + query) * keys);
        const double share = 1.0 / static_cast<double>(map.heads * (from[word].end - from[word].begin));
        for (size_t at = 0; at < to.size(); ++at)
          for (int32_t key = to[at].begin; key < to[at].end; ++key)
            looks[word][at] += share * weights[row + static_cast<size_t>(key)];
      }
}

/// The mean over all maps whose name fits.
Looks mean_looks(const Trace& trace, bool (*fits)(const std::string& name), const std::vector<Span>& from,
                 const std::vector<Span>& to) {
  Looks looks(from.size(), std::vector<double>(to.size()));
  int layers = 0;
  for (const AttentionMap& map : trace.attention) {
    if (!fits(map.name)) continue;
    ++layers;
    add_looks(looks, map, from, to);
  }
  if (layers == 0) return {};
  for (std::vector<double>& row : looks)
    for (double& weight : row) weight /= layers;
  return looks;
}

/// The words of a line that is read, and its end.
std::vector<Span> with_end(const ReadLine& line) {
  std::vector<Span> words = line.words;
  const auto last = static_cast<int32_t>(line.ids.size()) - 1;
  words.push_back({last, last + 1});
  return words;
}

}  // namespace

std::vector<LayerRows> encoder_rows(const Model& model, const std::vector<std::vector<int32_t>>& sources) {
  Trace trace;
  const auto state = model.decoder()->start(Ragged::from(sources), &trace);
  std::vector<LayerRows> layers;
  for (const auto& [name, rows] : trace.hidden) {
    if (!name.starts_with("encoder.")) continue;
    const auto width = static_cast<size_t>(rows.dim(1));
    const float* at = rows.data();
    LayerRows layer{name, {}};
    for (const std::vector<int32_t>& source : sources) {
      auto& line = layer.lines.emplace_back();
      for (size_t piece = 0; piece < source.size(); ++piece, at += width) line.emplace_back(at, at + width);
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

ReadLine read_line(const ModelFolder& folder, const std::string& line) {
  const TokenizedText text = folder.source->encode_places(line);
  ReadLine read{text.ids, pieces_of_words(text)};
  read.ids.push_back(marks_of(folder.model->vocabulary()).source_end);
  return read;
}

Looks self_looks(const ModelFolder& folder, const std::string& line) {
  const ReadLine read = read_line(folder, line);
  Trace trace;
  const auto state = folder.model->decoder()->start(Ragged::from({read.ids}), &trace);
  const auto fits = [](const std::string& name) { return name.starts_with("encoder."); };
  return mean_looks(trace, fits, read.words, with_end(read));
}

Looks source_looks(const ModelFolder& folder, const std::string& line, const std::string& translation) {
  const ReadLine read = read_line(folder, line);
  const TokenizedText target = folder.target->encode_places(translation);
  const Trace trace = Translator(folder).trace(line, translation);
  const auto fits = [](const std::string& name) { return name == "attention" || name.ends_with(".cross"); };
  // The query before a piece is what chooses it: query q belongs to piece q.
  return mean_looks(trace, fits, pieces_of_words(target), with_end(read));
}

}  // namespace naru
