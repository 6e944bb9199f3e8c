// What is measured of a translation and of each of its words, for telling whether they are right.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "naru/evaluate/model_folder.h"
#include "naru/evaluate/observation.h"
#include "naru/evaluate/piece_bigrams.h"

namespace naru {

/// What lines and translations usually are like, from a development set.
struct Usual {
  PieceBigrams sources;
  double log_ratio = 0;  // mean of log(pieces written / pieces read)
};

/// A feature, and what is said of a line that is flagged for it.
struct FeatureName {
  const char *name, *reason;
};
inline constexpr FeatureName line_feature_names[] = {
    {"mean log-probability", "unsure"},
    {"exp of the mean log-probability", "unsure"},
    {"lowest log-probability", "unsure"},
    {"mean entropy", "unsure"},
    {"mean margin", "unsure"},
    {"difference from the usual log length ratio", "length"},
    {"log length ratio", "length"},
    {"log source length", "length"},
    {"repeated pairs of pieces in the translation", "repeats"},
    {"repeated pairs of pieces in the source", "source"},
    {"surprise of the source", "source"},
    {"surprise of the source's end", "source"},
    {"unseen pieces of the source", "source"},
    {"pieces per character of the source", "source"},
    {"source pieces without attention", "attention"},
    {"attention on one place", "attention"},
    {"attention on the source's end", "attention"},
    {"copied words", "copied"},
};
/// Places in the list: what length ratio and repetition alone see.
inline constexpr size_t plain_line_features[] = {5, 8};

/// In the order of `line_feature_names`. `without`: the line that the observed one was made from, if `usual` knows it.
std::vector<double> line_features(const Observation& observation, const Tokenizer& source, const Tokenizer& target,
                                  const Usual& usual, std::span<const int32_t> without = {});

/// The words of a line (`words_of`) as texts of their own.
std::vector<std::string> word_texts(const std::string& line);

/// A word between white space, final punctuation split off.
struct ObservedWord {
  std::string text;
  double log_probability = 0;  // mean of its pieces
  std::vector<double> features;
};
inline constexpr size_t word_feature_count = 14;
std::vector<ObservedWord> observed_words(const Observation& observation, const Tokenizer& target);

/// Mean log-probability of the pieces.
double mean_log_probability(std::span<const PieceObservation> pieces);

}  // namespace naru
