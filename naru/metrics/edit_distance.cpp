#include "naru/metrics/edit_distance.h"

#include <algorithm>
#include <cmath>

#include "naru/base/error.h"

namespace naru {
namespace {

constexpr int64_t usual_beam_width = 25;
constexpr int32_t unreached = 1 << 29;

int64_t length(const Symbols& words) { return static_cast<int64_t>(words.size()); }

}  // namespace

/// Cells of a row that are computed: near the line from corner to corner; the last row reaches the reference's end.
EditDistance::Range EditDistance::beam(int64_t row) const {
  const auto diagonal = static_cast<int64_t>(std::floor(static_cast<double>(row) * reference_per_word_));
  const int64_t columns = length(reference_) + 1;
  const int64_t end = row == length(base_) ? columns : std::min(columns, diagonal + beam_width_);
  return {std::max<int64_t>(0, diagonal - beam_width_), end};
}

int32_t* EditDistance::row_of(std::vector<int32_t>& rows, int64_t row) const {
  return rows.data() + row * (length(reference_) + 1);
}

void EditDistance::fill_row(int64_t row, const Symbols& words, const int32_t* above, int32_t* here) const {
  const auto [begin, end] = beam(row);
  std::fill(here, here + length(reference_) + 1, unreached);
  const uint32_t word = words[static_cast<size_t>(row - 1)];
  if (begin == 0) here[0] = above[0] + 1;
  for (int64_t j = std::max<int64_t>(begin, 1); j < end; ++j) {
    const int32_t diagonal = above[j - 1] + (word == reference_[static_cast<size_t>(j - 1)] ? 0 : 1);
    here[j] = std::min({unreached, diagonal, above[j] + 1, here[j - 1] + 1});
  }
}

int64_t EditDistance::set_base(Symbols words) {
  base_ = std::move(words);
  const int64_t columns = length(reference_) + 1, rows = length(base_) + 1;
  reference_per_word_ =
      base_.empty() ? 1.0 : static_cast<double>(length(reference_)) / static_cast<double>(length(base_));
  // Where the reference is so much longer that neighbouring rows' beams would not meet, the beam widens.
  beam_width_ = usual_beam_width;
  if (usual_beam_width < reference_per_word_ / 2)
    beam_width_ = static_cast<int64_t>(std::ceil(reference_per_word_ / 2 + usual_beam_width));
  rows_.resize(static_cast<size_t>(rows * columns));
  trial_.resize(rows_.size());
  for (int64_t j = 0; j < columns; ++j) rows_[static_cast<size_t>(j)] = static_cast<int32_t>(j);
  for (int64_t row = 1; row < rows; ++row) fill_row(row, base_, row_of(rows_, row - 1), row_of(rows_, row));
  return rows_.back();
}

int64_t EditDistance::of(const Symbols& words) {
  NARU_CHECK(words.size() == base_.size(), "edit distance: {} words, the base has {}", words.size(), base_.size());
  int64_t row = 1;
  while (row <= length(base_) && words[static_cast<size_t>(row - 1)] == base_[static_cast<size_t>(row - 1)]) ++row;
  const int32_t* above = row_of(rows_, row - 1);
  for (; row <= length(base_); ++row) {
    int32_t* here = row_of(trial_, row);
    fill_row(row, words, above, here);
    above = here;
  }
  return above[length(reference_)];
}

std::vector<Edit> EditDistance::edits() const {
  const int64_t columns = length(reference_) + 1;
  const auto cell = [&](int64_t i, int64_t j) { return rows_[static_cast<size_t>(i * columns + j)]; };
  std::vector<Edit> edits;
  int64_t i = length(base_), j = length(reference_);
  while (i > 0 || j > 0) {
    const bool same = i > 0 && j > 0 && base_[static_cast<size_t>(i - 1)] == reference_[static_cast<size_t>(j - 1)];
    if (i > 0 && j > 0 && cell(i, j) == cell(i - 1, j - 1) + (same ? 0 : 1)) {
      edits.push_back(same ? Edit::match : Edit::substitute);
      --i, --j;
    } else if (i > 0 && cell(i, j) == cell(i - 1, j) + 1) {
      edits.push_back(Edit::remove);
      --i;
    } else {
      NARU_CHECK(j > 0, "edit distance: row {} has no way to its start", i);
      edits.push_back(Edit::insert);
      --j;
    }
  }
  std::reverse(edits.begin(), edits.end());
  return edits;
}

}  // namespace naru
