// Word-level edit distance (insert, delete, substitute: 1 each) in a beam around the diagonal, as Tercom and sacreBLEU
// limit it. Made for many hypotheses that differ from one base by a shifted block: rows before the first difference
// are not computed again.
#pragma once

#include <cstdint>
#include <vector>

#include "naru/metrics/ngrams.h"

namespace naru {

/// One step of the cheapest way from hypothesis to reference.
enum class Edit : uint8_t { match, substitute, insert, remove };

class EditDistance {
 public:
  /// `reference` must outlive this.
  explicit EditDistance(const Symbols& reference) : reference_(reference) {}

  /// Makes `words` the base and returns its distance.
  int64_t set_base(Symbols words);
  /// Distance of `words`, which has the base's length.
  int64_t of(const Symbols& words);
  /// The base's edits from left to right. Of equally cheap steps match or substitute is preferred, then remove.
  std::vector<Edit> edits() const;

 private:
  struct Range {
    int64_t begin, end;
  };
  Range beam(int64_t row) const;
  void fill_row(int64_t row, const Symbols& words, const int32_t* above, int32_t* here) const;
  int32_t* row_of(std::vector<int32_t>& rows, int64_t row) const;

  const Symbols& reference_;
  Symbols base_;
  double reference_per_word_ = 1;
  int64_t beam_width_ = 0;
  std::vector<int32_t> rows_, trial_;  // [base + 1, reference + 1]; of the base, of the last trial
};

}  // namespace naru
