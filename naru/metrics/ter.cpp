#include "naru/metrics/ter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "naru/metrics/edit_distance.h"
#include "naru/metrics/python_text.h"

namespace naru {
namespace {

// Limits that Tercom or sacreBLEU set; they are part of the number.
constexpr int64_t max_shift_size = 10, max_shift_distance = 50, max_candidates = 1000;

/// How the base aligns: for each reference word the hypothesis word before or at it, and who is in error.
struct Alignment {
  std::vector<int64_t> hypothesis_of;                   // [reference]; -1: before the first word
  std::vector<bool> reference_wrong, hypothesis_wrong;  // [reference], [hypothesis]
};

Alignment align(const std::vector<Edit>& edits) {
  Alignment alignment;
  int64_t word = -1;
  for (const Edit edit : edits) {
    if (edit != Edit::insert) {
      ++word;
      alignment.hypothesis_wrong.push_back(edit != Edit::match);
    }
    if (edit != Edit::remove) {
      alignment.hypothesis_of.push_back(word);
      alignment.reference_wrong.push_back(edit != Edit::match);
    }
  }
  return alignment;
}

struct Block {
  int64_t hypothesis, reference, length;
};

/// Block moved so that it stands before what is now word `target`; a target inside it moves it by as much.
Symbols shifted(const Symbols& words, const Block& block, int64_t target) {
  Symbols result = words;
  const auto size = static_cast<int64_t>(words.size());
  const int64_t end = block.hypothesis + block.length;
  const auto at = [&](int64_t i) { return result.begin() + std::min(i, size); };
  if (target < block.hypothesis)
    std::rotate(at(target), at(block.hypothesis), at(end));
  else
    std::rotate(at(block.hypothesis), at(end), at(target > end ? target : target + block.length));
  return result;
}

/// The greedy search for shifts that shorten the edit distance.
class ShiftSearch {
 public:
  ShiftSearch(Symbols hypothesis, const Symbols& reference)
      : words_(std::move(hypothesis)), reference_(reference), distance_(reference) {}

  int64_t edits() {
    int64_t shifts = 0;
    while (true) {
      before_ = distance_.set_base(words_);
      std::optional<Candidate> best = best_shift();
      if (candidates_ >= max_candidates || !best || best->gain <= 0) return shifts + before_;
      words_ = std::move(best->words);
      ++shifts;
    }
  }

 private:
  struct Candidate {
    int64_t gain, length, start, target;
    Symbols words;
    /// Tercom's order: gain, then the longest block, then the earliest, then the earliest target.
    bool better_than(const Candidate& other) const {
      return std::tuple(gain, length, -start, -target) >
             std::tuple(other.gain, other.length, -other.start, -other.target);
    }
  };

  std::optional<Candidate> best_shift() {
    const Alignment alignment = align(distance_.edits());
    std::optional<Candidate> best;
    for (int64_t h = 0; h < static_cast<int64_t>(words_.size()); ++h)
      for (int64_t r = 0; r < static_cast<int64_t>(reference_.size()); ++r) {
        if (std::abs(r - h) > max_shift_distance) continue;
        const int64_t longest = common_length(h, r);
        for (int64_t length = 1; length <= longest; ++length) {
          if (!worth_a_try({h, r, length}, alignment)) continue;
          try_targets({h, r, length}, alignment, best);
          if (candidates_ >= max_candidates) return best;
        }
      }
    return best;
  }

  int64_t common_length(int64_t h, int64_t r) const {
    int64_t length = 0;
    while (length < max_shift_size && static_cast<size_t>(h + length) < words_.size() &&
           static_cast<size_t>(r + length) < reference_.size() &&
           words_[static_cast<size_t>(h + length)] == reference_[static_cast<size_t>(r + length)])
      ++length;
    return length;
  }

  /// Both sides must be wrong somewhere in the block, and it must not aim into itself.
  static bool worth_a_try(const Block& block, const Alignment& alignment) {
    const auto any = [&](const std::vector<bool>& wrong, int64_t begin) {
      return std::find(wrong.begin() + begin, wrong.begin() + begin + block.length, true) !=
             wrong.begin() + begin + block.length;
    };
    const int64_t aim = alignment.hypothesis_of[static_cast<size_t>(block.reference)];
    return any(alignment.hypothesis_wrong, block.hypothesis) && any(alignment.reference_wrong, block.reference) &&
           !(block.hypothesis <= aim && aim < block.hypothesis + block.length);
  }

  void try_targets(const Block& block, const Alignment& alignment, std::optional<Candidate>& best) {
    int64_t previous = -1;
    for (int64_t r = block.reference - 1; r < block.reference + block.length; ++r) {
      const int64_t target = r < 0 ? 0 : alignment.hypothesis_of[static_cast<size_t>(r)] + 1;
      if (target == previous) continue;
      previous = target;
      Symbols words = shifted(words_, block, target);
      const int64_t gain = before_ - distance_.of(words);
      ++candidates_;
      Candidate candidate{gain, block.length, block.hypothesis, target, std::move(words)};
      if (!best || candidate.better_than(*best)) best = std::move(candidate);
    }
  }

  Symbols words_;
  const Symbols& reference_;
  EditDistance distance_;
  int64_t before_ = 0, candidates_ = 0;
};

std::vector<double> count(const std::string& hypothesis, std::span<const std::string> references,
                          const TerOptions& options) {
  const std::string line = ter_normalize(hypothesis, options);
  const std::vector<std::string_view> words = python::split(line);
  double best = 0, total_length = 0;
  for (size_t r = 0; r < references.size(); ++r) {
    // sacreBLEU prepares references twice; it shows where a comma hides a possessive (`it's,`) the first time.
    const std::string reference = ter_normalize(ter_normalize(references[r], options), options);
    const std::vector<std::string_view> reference_words = python::split(reference);
    const auto edits = static_cast<double>(ter_edits(words, reference_words));
    best = r == 0 ? edits : std::min(best, edits);
    total_length += static_cast<double>(reference_words.size());
  }
  return {best, total_length / static_cast<double>(references.size())};
}

Score score(std::span<const double> sums) {
  const double edits = sums[0], length = sums[1];
  Score result;
  result.value = length > 0 ? 100 * (edits / length) : edits > 0 ? 100.0 : 0.0;
  result.parts = {{"edits", {edits}}, {"reference_length", {length}}};
  return result;
}

}  // namespace

int64_t ter_edits(const std::vector<std::string_view>& hypothesis, const std::vector<std::string_view>& reference) {
  if (reference.empty()) return static_cast<int64_t>(hypothesis.size());
  WordNumbers numbers;
  const Symbols reference_symbols = numbers.all(reference);
  return ShiftSearch(numbers.all(hypothesis), reference_symbols).edits();
}

Metric ter(const TerOptions& options) {
  const auto yes = [](bool value) { return value ? "yes" : "no"; };
  return {
      .name = "ter",
      .label = "TER",
      .fields = fmt::format("case:{}|tok:tercom|norm:{}|punct:{}|asian:{}", options.case_sensitive ? "mixed" : "lc",
                            yes(options.normalized), yes(!options.no_punctuation), yes(options.asian_support)),
      .count = [options](const std::string& hypothesis,
                         std::span<const std::string> references) { return count(hypothesis, references, options); },
      .score = [](std::span<const double> sums) { return score(sums); }};
}

}  // namespace naru
