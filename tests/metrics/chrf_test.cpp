#include "naru/metrics/chrf.h"

#include <gtest/gtest.h>

#include <map>

#include "naru/base/random.h"

namespace naru {
namespace {
using Grams = std::map<std::string, int>;

Grams grams(const std::string& text, size_t order) {
  Grams counts;
  for (size_t i = 0; i + order <= text.size(); ++i) ++counts[text.substr(i, order)];
  return counts;
}

struct Sums {
  double hypothesis = 0, reference = 0, matches = 0;
};

/// The slow twin, for ASCII without spaces: the formula of the header on maps of substrings.
double slow_chrf(const Lines& hypotheses, const Lines& references) {
  double precision = 0, recall = 0;
  int orders = 0;
  for (size_t order = 1; order <= 6; ++order) {
    Sums sums;
    for (size_t i = 0; i < hypotheses.size(); ++i) {
      Grams reference = grams(references[i], order);
      for (const auto& [gram, count] : reference) sums.reference += count;
      if (references[i].size() < order) continue;
      for (const auto& [gram, count] : grams(hypotheses[i], order)) {
        sums.hypothesis += count;
        sums.matches += std::min(count, reference[gram]);
      }
    }
    if (sums.hypothesis == 0 || sums.reference == 0) continue;
    ++orders;
    precision += sums.matches / sums.hypothesis;
    recall += sums.matches / sums.reference;
  }
  precision /= orders, recall /= orders;
  return 100 * 5 * precision * recall / (4 * precision + recall);
}

Lines random_lines(uint64_t seed, size_t count) {
  Random random(seed);
  Lines lines(count);
  for (std::string& line : lines)
    for (uint64_t letters = random.below(15); letters > 0; --letters) line += "abc"[random.below(3)];
  return lines;
}

double value(const ChrfOptions& options, const std::string& hypothesis, const Lines& references) {
  std::vector<Lines> corpora;
  for (const std::string& reference : references) corpora.push_back({reference});
  return score_corpus(chrf(options), {hypothesis}, corpora).value;
}

TEST(Chrf, EqualsTheSlowTwinOnRandomLines) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Lines hypotheses = random_lines(2 * seed, 30), references = random_lines(2 * seed + 1, 30);
    const double expected = slow_chrf(hypotheses, references);
    EXPECT_NEAR(score_corpus(chrf(), hypotheses, {references}).value, expected, 1e-9 * expected);
  }
}

TEST(Chrf, IgnoresSpacesUnlessAsked) {
  EXPECT_NEAR(value({}, "a b c", {"abc"}), 100, 1e-10);
  EXPECT_LT(value({.whitespace = true}, "a b c", {"abc"}), 100);
}

TEST(Chrf, CountsCharactersNotBytes) {  // one of two characters: P = R = 1/2; no bigram matches
  EXPECT_NEAR(value({.char_order = 2}, "나라", {"나무"}), 100 * 0.25, 1e-10);
}

TEST(Chrf, WeighsRecallByBetaSquared) {  // P = 1, R = 1/2
  EXPECT_NEAR(value({.char_order = 1}, "ab", {"abcd"}), 100 * 5 * 0.5 / (4 + 0.5), 1e-10);
  EXPECT_NEAR(value({.char_order = 1, .beta = 1}, "ab", {"abcd"}), 100 * 2 * 0.5 / 1.5, 1e-10);
}

TEST(Chrf, WordOrderSplitsOnePunctuationMarkOff) {
  // Words alone: "(so" ")" against "so" ")" share one of two words, though "(so)" has a mark on both sides.
  EXPECT_NEAR(value({.char_order = 0, .word_order = 1}, "(so)", {"so)"}), 50, 1e-10);
  EXPECT_NEAR(value({.char_order = 0, .word_order = 1}, "\"so", {"so \""}), 100, 1e-10);
}

TEST(Chrf, TheBestReferenceCounts) {
  EXPECT_NEAR(value({}, "good morning", {"bad evening", "good morning"}), 100, 1e-10);
}

TEST(Chrf, LowercaseIgnoresCase) {
  EXPECT_LT(value({}, "ABC", {"abc"}), 1);
  EXPECT_NEAR(value({.lowercase = true}, "ÄBC", {"äbc"}), 100, 1e-10);
}

TEST(Chrf, EpsilonSmoothingAveragesOverAllOrders) {  // two characters: orders 1 and 2 are perfect, 3 … 6 are absent
  EXPECT_NEAR(value({.eps_smoothing = true}, "ab", {"ab"}), 100 * 2.0 / 6, 1e-9);
}

TEST(Chrf, EmptySidesScoreZero) {
  EXPECT_EQ(value({}, "", {"abc"}), 0);
  EXPECT_EQ(value({}, "abc", {""}), 0);
}

TEST(Chrf, TheLabelAndSignatureNameTheVariant) {
  const Score score = score_corpus(chrf({.word_order = 2, .whitespace = true}), {"a"}, {{"a"}});
  EXPECT_EQ(score.name, "chrf");
  EXPECT_EQ(score.label, "chrF2++");
  EXPECT_EQ(score.signature.substr(0, score.signature.rfind('|')), "nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:yes");
}

}  // namespace
}  // namespace naru
