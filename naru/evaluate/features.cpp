#include "naru/evaluate/features.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace naru {
namespace {

constexpr double lowest = -12;  // log-probabilities below say no more

double mean_of(std::span<const PieceObservation> pieces, double PieceObservation::*value) {
  double sum = 0;
  for (const PieceObservation& piece : pieces) sum += std::clamp(piece.*value, lowest, -lowest);
  return pieces.empty() ? 0 : sum / static_cast<double>(pieces.size());
}

double least_of(std::span<const PieceObservation> pieces, double PieceObservation::*value) {
  double least = -lowest;
  for (const PieceObservation& piece : pieces) least = std::min(least, piece.*value);
  return std::max(least, lowest);
}

/// Share of neighbouring pairs that stand there a second time.
double repeated_pairs(std::span<const int32_t> ids) {
  std::set<std::pair<int32_t, int32_t>> seen;
  for (size_t i = 1; i < ids.size(); ++i) seen.emplace(ids[i - 1], ids[i]);
  return ids.size() < 2 ? 0 : 1 - static_cast<double>(seen.size()) / static_cast<double>(ids.size() - 1);
}

std::set<std::string> word_set(const std::string& text) {
  const std::vector<std::string> words = word_texts(text);
  return {words.begin(), words.end()};
}

bool begins_with_letter(const std::string& word) {
  UChar32 first;
  int32_t at = 0;
  U8_NEXT(word.data(), at, static_cast<int32_t>(word.size()), first);
  return u_isalnum(first);
}

double characters(const std::string& text) {
  const auto starts = std::ranges::count_if(text, [](char byte) { return !U8_IS_TRAIL(static_cast<uint8_t>(byte)); });
  return static_cast<double>(std::max<int64_t>(1, starts));
}

/// Share of the source's words that stand in the translation; punctuation is copied by right.
double copied_share(const std::string& source, const std::string& translation) {
  const std::set<std::string> there = word_set(translation);
  double copied = 0, words = 0;
  for (const std::string& word : word_set(source)) {
    if (!begins_with_letter(word)) continue;
    ++words;
    copied += there.contains(word);
  }
  return words > 0 ? copied / words : 0;
}

struct Attention {
  double missed = 0, at_end = 0;
};
/// A piece is missed that got less than a fifth of one piece's attention.
Attention attention_of(const Observation& observation) {
  Attention attention;
  if (observation.looked_at.size() < 2) return attention;
  const size_t pieces = observation.looked_at.size() - 1;
  for (size_t i = 0; i < pieces; ++i) attention.missed += observation.looked_at[i] < 0.2;
  attention.missed /= static_cast<double>(pieces);
  attention.at_end =
      observation.looked_at[pieces] / static_cast<double>(std::max<size_t>(1, observation.pieces.size()));
  return attention;
}

}  // namespace

std::vector<std::string> word_texts(const std::string& line) {
  std::vector<std::string> words;
  for (const Span& span : words_of(line))
    words.push_back(line.substr(static_cast<size_t>(span.begin), static_cast<size_t>(span.end - span.begin)));
  return words;
}

double mean_log_probability(std::span<const PieceObservation> pieces) {
  return mean_of(pieces, &PieceObservation::log_probability);
}

std::vector<double> line_features(const Observation& observation, const Tokenizer& source, const Tokenizer& target,
                                  const Usual& usual, std::span<const int32_t> without) {
  const std::vector<PieceObservation>& pieces = observation.pieces;
  const double mean = mean_log_probability(pieces);
  const double source_length = static_cast<double>(std::max<size_t>(1, observation.source.size()));
  const double log_ratio = std::log(static_cast<double>(std::max<size_t>(1, pieces.size())) / source_length);
  const PieceBigrams::Surprise surprise = usual.sources.surprise(observation.source, without);
  const std::string line = source.decode(observation.source);
  const Attention attention = attention_of(observation);
  return {mean,
          std::exp(mean),
          least_of(pieces, &PieceObservation::log_probability),
          mean_of(pieces, &PieceObservation::entropy),
          mean_of(pieces, &PieceObservation::margin),
          std::abs(log_ratio - usual.log_ratio),
          log_ratio,
          std::log(source_length),
          repeated_pairs(observation.written),
          repeated_pairs(observation.source),
          surprise.mean,
          surprise.end,
          surprise.unseen,
          source_length / characters(line),
          attention.missed,
          mean_of(pieces, &PieceObservation::peak),
          attention.at_end,
          copied_share(line, target.decode(observation.written))};
}

std::vector<ObservedWord> observed_words(const Observation& observation, const Tokenizer& target) {
  const TokenizedText text = target.decode_places(observation.written);
  const std::vector<Span> spans = words_of(text.text);
  const std::vector<int32_t> word_of_piece = word_of_each(text.places, spans);
  std::vector<std::vector<PieceObservation>> pieces(spans.size());
  for (size_t i = 0; i < word_of_piece.size(); ++i)
    if (word_of_piece[i] >= 0 && text.places[i].begin < text.places[i].end)
      pieces[static_cast<size_t>(word_of_piece[i])].push_back(observation.pieces[i]);
  const double line = mean_log_probability(observation.pieces), count = static_cast<double>(spans.size());
  std::vector<ObservedWord> words;
  for (size_t i = 0; i < spans.size(); ++i) {
    const auto [begin, end] = spans[i];
    ObservedWord word{.text = text.text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)),
                      .log_probability = mean_log_probability(pieces[i]),
                      .features = {}};
    const auto neighbour = [&](size_t at) { return at < spans.size() ? mean_log_probability(pieces[at]) : 0; };
    word.features = {word.log_probability,
                     std::exp(word.log_probability),
                     least_of(pieces[i], &PieceObservation::log_probability),
                     mean_of(pieces[i], &PieceObservation::entropy),
                     least_of(pieces[i], &PieceObservation::margin),
                     mean_of(pieces[i], &PieceObservation::peak),
                     line,
                     neighbour(i - 1),
                     neighbour(i + 1),
                     static_cast<double>(pieces[i].size()),
                     std::log(characters(word.text)),
                     static_cast<double>(begins_with_letter(word.text)),
                     static_cast<double>(i) / count,
                     std::log(count)};
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace naru
