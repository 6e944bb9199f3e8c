#include "naru/metrics/ter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "naru/base/random.h"
#include "naru/metrics/edit_distance.h"
#include "naru/metrics/python_text.h"

namespace naru {
namespace {

int64_t edits(std::string_view hypothesis, std::string_view reference) {
  return ter_edits(python::split(hypothesis), python::split(reference));
}

using Table = std::vector<std::vector<int64_t>>;

/// The slow twin: Levenshtein's recursion as a full table.
Table distances(const Symbols& a, const Symbols& b) {
  Table table(a.size() + 1, std::vector<int64_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i)
    for (size_t j = 0; j <= b.size(); ++j) {
      table[i][j] = static_cast<int64_t>(i + j);
      if (i == 0 || j == 0) continue;
      table[i][j] = std::min({table[i - 1][j - 1] + (a[i - 1] != b[j - 1]), table[i - 1][j] + 1, table[i][j - 1] + 1});
    }
  return table;
}
int64_t slow_distance(const Symbols& a, const Symbols& b) { return distances(a, b).back().back(); }

/// For each reference word how many hypothesis words are at or before it, and which words are not matched.
struct SlowAlignment {
  std::vector<size_t> up_to;
  std::vector<bool> hypothesis_wrong, reference_wrong;
};
SlowAlignment slow_alignment(const Symbols& a, const Symbols& b) {
  const Table table = distances(a, b);
  SlowAlignment result{std::vector<size_t>(b.size()), std::vector<bool>(a.size(), true),
                       std::vector<bool>(b.size(), true)};
  size_t i = a.size(), j = b.size();
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && table[i][j] == table[i - 1][j - 1] + (a[i - 1] != b[j - 1])) {
      result.up_to[j - 1] = i;
      result.hypothesis_wrong[i - 1] = result.reference_wrong[j - 1] = a[i - 1] != b[j - 1];
      --i, --j;
    } else if (i > 0 && table[i][j] == table[i - 1][j] + 1) {
      --i;
    } else {
      result.up_to[--j] = i;
    }
  }
  return result;
}

/// The words without the block at [begin, begin + length), which stands before word `target` of the old order; a
/// target inside the block moves it on by as many words.
Symbols slow_shift(const Symbols& words, size_t begin, size_t length, size_t target) {
  Symbols rest = words, block;
  for (size_t i = 0; i < length; ++i) {
    block.push_back(rest[begin]);
    rest.erase(rest.begin() + static_cast<long>(begin));
  }
  const size_t at = target <= begin + length ? target : target - length;
  rest.insert(rest.begin() + static_cast<long>(std::min(at, rest.size())), block.begin(), block.end());
  return rest;
}

/// The greedy search as Tercom describes it, without limits: for short sentences. All shifts are listed, then sorted.
int64_t slow_edits(Symbols words, const Symbols& reference) {
  using Shift = std::tuple<int64_t, size_t, long, long, Symbols>;  // gain, length, -start, -target, result
  int64_t shifts = 0;
  while (true) {
    const int64_t before = slow_distance(words, reference);
    const SlowAlignment alignment = slow_alignment(words, reference);
    std::vector<Shift> all;
    for (size_t h = 0; h < words.size(); ++h)
      for (size_t r = 0; r < reference.size(); ++r)
        for (size_t n = 1; h + n <= words.size() && r + n <= reference.size(); ++n) {
          if (!std::equal(words.begin() + h, words.begin() + h + n, reference.begin() + r)) break;
          bool hypothesis_wrong = false, reference_wrong = false;
          for (size_t k = 0; k < n; ++k) {
            hypothesis_wrong |= alignment.hypothesis_wrong[h + k];
            reference_wrong |= alignment.reference_wrong[r + k];
          }
          const bool into_itself = h + 1 <= alignment.up_to[r] && alignment.up_to[r] <= h + n;
          if (!hypothesis_wrong || !reference_wrong || into_itself) continue;
          for (size_t place = r; place <= r + n; ++place) {  // before the block's reference words, or behind any
            const size_t target = place == 0 ? 0 : alignment.up_to[place - 1];
            const Symbols result = slow_shift(words, h, n, target);
            all.emplace_back(before - slow_distance(result, reference), n, -static_cast<long>(h),
                             -static_cast<long>(target), result);
          }
        }
    std::sort(all.begin(), all.end());
    if (all.empty() || std::get<0>(all.back()) <= 0) return shifts + before;
    words = std::get<Symbols>(all.back());
    ++shifts;
  }
}

Symbols random_words(Random& random, size_t length) {
  Symbols words(length);
  for (uint32_t& word : words) word = static_cast<uint32_t>(random.below(4));
  return words;
}

TEST(EditDistance, EqualsTheFullTableWhereTheBeamCoversIt) {
  Random random(1);
  for (int round = 0; round < 200; ++round) {
    const Symbols reference = random_words(random, random.below(15)), base = random_words(random, random.below(15));
    EditDistance distance(reference);
    EXPECT_EQ(distance.set_base(base), slow_distance(base, reference));
    Symbols other = base;
    if (!other.empty()) other[random.below(other.size())] = 7;
    EXPECT_EQ(distance.of(other), slow_distance(other, reference));
  }
}

TEST(EditDistance, ItsEditsLeadFromTheHypothesisToTheReference) {
  Random random(2);
  for (int round = 0; round < 100; ++round) {
    const Symbols reference = random_words(random, random.below(12)), base = random_words(random, random.below(12));
    EditDistance distance(reference);
    const int64_t cost = distance.set_base(base);
    Symbols made;
    size_t read = 0;
    int64_t paid = 0;
    for (const Edit edit : distance.edits()) {
      if (edit == Edit::match) made.push_back(base[read]);
      if (edit == Edit::substitute || edit == Edit::insert) made.push_back(reference[made.size()]);
      read += edit != Edit::insert;
      paid += edit != Edit::match;
    }
    EXPECT_EQ(made, reference);
    EXPECT_EQ(read, base.size());
    EXPECT_EQ(paid, cost);
  }
}

TEST(EditDistance, TheBeamMakesAFarDetourDearer) {
  // 40 words to delete in front, 40 to insert at the end: 80 edits off the diagonal, beyond the beam of 25.
  Symbols reference(60), base(60);
  std::iota(reference.begin(), reference.end(), 40);
  std::iota(base.begin(), base.end(), 0);
  Symbols long_reference(200), long_base(200);
  std::iota(long_reference.begin(), long_reference.end(), 40);
  std::iota(long_base.begin(), long_base.end(), 0);
  EXPECT_EQ(slow_distance(long_base, long_reference), 80);
  EXPECT_EQ(EditDistance(long_reference).set_base(long_base), 200);
}

TEST(EditDistance, AVeryLongReferenceIsStillReached) {
  const Symbols reference(300, 1), base{1, 2};
  EXPECT_EQ(EditDistance(reference).set_base(base), 299);
}

TEST(Ter, ThePapersExampleHasFourEdits) {  // Snover et al. 2006, section 3: one shift, two substitutions, one insertion
  const std::string reference = "SAUDI ARABIA denied THIS WEEK information published in the AMERICAN new york times";
  const std::string hypothesis = "THIS WEEK THE SAUDIS denied information published in the new york times";
  EXPECT_EQ(edits(hypothesis, reference), 4);
  EXPECT_DOUBLE_EQ(score_corpus(ter(), {hypothesis}, {{reference}}).value, 100 * 4.0 / 13.0);
}

TEST(Ter, AMovedBlockIsOneEdit) {
  EXPECT_EQ(edits("d e f a b c", "a b c d e f"), 1);
  EXPECT_EQ(edits("a b c d e f", "a b c d e f"), 0);
}

TEST(Ter, EqualsTheSlowTwinOnRandomSentences) {
  Random random(4);
  constexpr const char* names[] = {"a", "b", "c", "d"};
  for (int round = 0; round < 2000; ++round) {
    const Symbols a = random_words(random, random.below(11)), b = random_words(random, 1 + random.below(10));
    std::vector<std::string_view> hypothesis, reference;
    for (const uint32_t word : a) hypothesis.emplace_back(names[word]);
    for (const uint32_t word : b) reference.emplace_back(names[word]);
    ASSERT_EQ(ter_edits(hypothesis, reference), slow_edits(a, b)) << "round " << round;
  }
}

TEST(Ter, ABlockMovedAnywhereIsOneEdit) {
  std::vector<std::string> names;
  for (char name = 'a'; name < 'm'; ++name) names.emplace_back(1, name);
  const std::vector<std::string_view> reference(names.begin(), names.end());
  for (long begin = 0; begin < 12; ++begin)
    for (long end = begin + 1; end < 12; ++end)
      for (long after = end + 1; after <= 12; ++after) {
        std::vector<std::string_view> moved = reference;
        std::rotate(moved.begin() + begin, moved.begin() + end, moved.begin() + after);
        EXPECT_EQ(ter_edits(moved, reference), 1) << begin << " " << end << " " << after;
      }
}

TEST(Ter, IsNeverMoreThanTheEditDistance) {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    const auto line = [&] {
      std::string words;
      for (uint64_t left = random.below(14); left > 0; --left) words += std::string(1, "abcd"[random.below(4)]) + " ";
      return words;
    };
    const std::string hypothesis = line(), reference = line();
    WordNumbers numbers;
    const Symbols a = numbers.all(python::split(hypothesis)), b = numbers.all(python::split(reference));
    EXPECT_LE(edits(hypothesis, reference), slow_distance(a, b)) << hypothesis << "| " << reference;
    EXPECT_GE(edits(hypothesis, reference), std::abs(static_cast<int64_t>(a.size()) - static_cast<int64_t>(b.size())));
  }
}

TEST(Ter, TakesTheBestReferenceOverTheMeanLength) {
  const Score score = score_corpus(ter(), {"a b c d"}, {{"x y"}, {"a b c e"}});
  EXPECT_EQ(score.part("edits")[0], 1);
  EXPECT_EQ(score.part("reference_length")[0], 3);
}

TEST(Ter, EmptySides) {
  EXPECT_EQ(score_corpus(ter(), {""}, {{""}}).value, 0);
  EXPECT_EQ(score_corpus(ter(), {"a b"}, {{""}}).value, 100);
  EXPECT_EQ(score_corpus(ter(), {""}, {{"a b"}}).value, 100);
}

TEST(TerNormalize, LowersUnlessCaseSensitive) {
  EXPECT_EQ(ter_normalize(" A  b ", {}), "a b");
  EXPECT_EQ(ter_normalize("A b", {.case_sensitive = true}), "A b");
}

TEST(TerNormalize, SplitsPunctuationAndPossessives) {
  EXPECT_EQ(ter_normalize("Kim's 3.5 (ok).", {.normalized = true}), "kim 's 3.5 ( ok ) .");
  EXPECT_EQ(ter_normalize("&quot;a&quot;", {.normalized = true}), "\" a \"");
}

TEST(TerNormalize, SplitsIdeographsWithAsianSupport) {
  EXPECT_EQ(ter_normalize("東京は。", {.normalized = true}), "東京は。");
  EXPECT_EQ(ter_normalize("東京は。", {.normalized = true, .asian_support = true}), "東 京 は 。");
}

TEST(TerNormalize, RemovesPunctuation) {
  EXPECT_EQ(ter_normalize("a, b. (c)!", {.no_punctuation = true}), "a b c");
  EXPECT_EQ(ter_normalize("a、b。", {.no_punctuation = true}), "a、b。");
  EXPECT_EQ(ter_normalize("a、b。", {.no_punctuation = true, .asian_support = true}), "ab");
}

TEST(TerNormalize, AReferenceIsPreparedTwiceAsInSacreBleu) {
  // The comma hides the possessive from the first pass and no longer from the second.
  const Score score = score_corpus(ter({.normalized = true}), {"it's, a"}, {{"it's, a"}});
  EXPECT_EQ(score.part("edits")[0], 2);
  EXPECT_EQ(score.part("reference_length")[0], 4);
}

TEST(Ter, TheSignatureNamesEveryChoice) {
  const auto signature = [](const TerOptions& options) {
    const std::string text = score_corpus(ter(options), {"a"}, {{"a"}}).signature;
    return text.substr(0, text.rfind('|'));
  };
  EXPECT_EQ(signature({}), "nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no");
  EXPECT_EQ(signature({.normalized = true, .no_punctuation = true, .asian_support = true, .case_sensitive = true}),
            "nrefs:1|case:mixed|tok:tercom|norm:yes|punct:no|asian:yes");
}

}  // namespace
}  // namespace naru
