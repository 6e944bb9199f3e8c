// How surprising a line is, from the pairs of neighbouring pieces in lines that were seen:
// p(b | a) = (c(a, b) + k p(b)) / (c(a) + k) (MacKay and Peto 1995), p(b) = (c(b) + α) / (total + α vocabulary).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace naru {

class PieceBigrams {
 public:
  using Counts = std::map<std::pair<int32_t, int32_t>, int64_t>;
  /// What stands before the first piece and behind the last.
  static constexpr int32_t border = -1;

  explicit PieceBigrams(int64_t vocabulary) : vocabulary_(vocabulary) {}
  void add(std::span<const int32_t> line, int64_t times = 1);
  const Counts& counts() const { return pairs_; }
  /// Error (NARU_CHECK): a count below 1.
  void add(std::pair<int32_t, int32_t> pair, int64_t times);

  /// Of a line as a whole. With `without`, as if that line had never been added: a line that was is not known by
  /// heart then.
  struct Surprise {
    double mean = 0;    // −log p for a piece, the border at the end included
    double end = 0;     // −log p of ending where it ends
    double unseen = 0;  // share of pieces that stood in no line
  };
  Surprise surprise(std::span<const int32_t> line, std::span<const int32_t> without = {}) const;

 private:
  int64_t vocabulary_, total_ = 0;
  Counts pairs_;
  std::map<int32_t, int64_t> first_, second_;  // times that a piece stood as the first or the second of a pair
};

}  // namespace naru
