// Which target pieces each source piece becomes, learned from pairs of sentences alone: IBM model 1 (Brown et al.
// 1993). It needs no trained model, seconds of time, and knows no word order, which Korean and English do not share:
//   p(target | source) = product over j of 1 / (l + 1) · sum over i of t(target_j | source_i)
// where source_0 is none (NULL) and l the source's length. Expectation maximisation begins with t all equal.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "naru/data/token_corpus.h"

namespace naru {

class PieceDictionary {
 public:
  /// Of the target pieces beside which a source piece was seen, the `most_kept` that
  /// depend on it most (Dice) can be its translation: so memory is bounded.
  PieceDictionary(std::span<const TokenPair> pairs, int64_t sources, int64_t targets, int64_t most_kept = 512);

  /// One iteration of expectation maximisation, on all threads; equal bits for any number of them. Gives the mean
  /// log-probability of a target piece before it.
  double improve();

  /// The likeliest translations of a source piece, at most `count`.
  std::vector<int32_t> best(int64_t source, int64_t count) const;

 private:
  /// In which pairs a source piece was seen, once for each time, rising.
  std::span<const int32_t> seen(int64_t source) const;
  /// Where its translations lie.
  struct Range {
    size_t begin, end;
  };
  Range translations(int64_t source) const;
  Range target(int32_t pair) const;
  void index_pairs(std::span<const TokenPair> pairs);
  void choose_targets(int64_t most_kept);
  double explain(int32_t first_pair, int32_t last_pair);
  void reestimate(int64_t source, std::vector<float>& share, std::vector<double>& sum);

  int64_t sources_, targets_;           // the source piece `sources_` is NULL
  std::vector<int32_t> source_length_;  // [pairs]
  std::vector<size_t> target_begin_;    // [pairs + 1]
  std::vector<int32_t> target_ids_;     // of all pairs
  std::vector<float> explained_;        // of each: sum over i of t(target_j | source_i)
  std::vector<size_t> seen_begin_;      // [sources + 2]
  std::vector<int32_t> seen_;
  std::vector<size_t> begin_;         // [sources + 2]
  std::vector<int32_t> ids_;          // translations, rising within a source piece
  std::vector<float> probabilities_;  // of each
};

}  // namespace naru
