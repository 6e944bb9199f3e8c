#include "naru/metrics/bleu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>

#include "naru/base/error.h"
#include "naru/base/random.h"
#include "naru/base/version.h"

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Grams = std::map<std::vector<std::string>, int>;

Grams grams(const std::string& line, size_t order) {
  std::istringstream in(line);
  const std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
  Grams counts;
  for (size_t i = 0; i + order <= words.size(); ++i)
    ++counts[{words.begin() + static_cast<long>(i), words.begin() + static_cast<long>(i + order)}];
  return counts;
}

int total(const Grams& counts) {
  int sum = 0;
  for (const auto& [gram, count] : counts) sum += count;
  return sum;
}

/// The slow twin: the paper's formula on maps of word lists, one reference, no smoothing.
double slow_bleu(const Lines& hypotheses, const Lines& references) {
  double log_sum = 0, hypothesis_length = 0, reference_length = 0;
  for (size_t order = 1; order <= 4; ++order) {
    double matches = 0, possible = 0;
    for (size_t i = 0; i < hypotheses.size(); ++i) {
      Grams reference = grams(references[i], order);
      const Grams hypothesis = grams(hypotheses[i], order);
      for (const auto& [gram, count] : hypothesis) matches += std::min(count, reference[gram]);
      possible += total(hypothesis);
      if (order == 1) hypothesis_length += total(hypothesis), reference_length += total(grams(references[i], 1));
    }
    log_sum += std::log(matches / possible);
  }
  return 100 * std::min(1.0, std::exp(1 - reference_length / hypothesis_length)) * std::exp(log_sum / 4);
}

/// Random lines over few words, so that n-grams repeat.
Lines random_lines(uint64_t seed, size_t count) {
  Random random(seed);
  Lines lines(count);
  for (std::string& line : lines)
    for (uint64_t words = random.below(20); words > 0; --words) line += std::string(1, "abc"[random.below(3)]) + " ";
  return lines;
}

TEST(Bleu, EqualsTheSlowTwinOnRandomLines) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Lines hypotheses = random_lines(2 * seed, 30), references = random_lines(2 * seed + 1, 30);
    const double expected = slow_bleu(hypotheses, references);
    EXPECT_GT(expected, 0);
    EXPECT_NEAR(score_corpus(bleu(), hypotheses, {references}).value, expected, 1e-9 * expected);
  }
}

TEST(Bleu, ClipsARepeatedWordAsInThePaper) {  // Papineni et al. 2002, example 2: unigram precision 2/7
  const Score score =
      score_corpus(bleu(), {"the the the the the the the"}, {{"The cat is on the mat"}, {"There is a cat on the mat"}});
  EXPECT_THAT(score.part("totals"), ElementsAre(7, 6, 5, 4));
  EXPECT_THAT(score.part("counts"), ElementsAre(1, 0, 0, 0));
  const Score lowered = score_corpus(bleu({.lowercase = true}), {"the the the the the the the"},
                                     {{"The cat is on the mat"}, {"There is a cat on the mat"}});
  EXPECT_THAT(lowered.part("counts"), ElementsAre(2, 0, 0, 0));
}

TEST(Bleu, TakesTheClosestReferenceLengthAndOfTwoTheShorter) {
  const auto length = [](const std::vector<Lines>& references) {
    return score_corpus(bleu(), {"a b c d"}, references).part("reference_length")[0];
  };
  EXPECT_EQ(length({{"a b c d e f"}, {"a b c"}}), 3);
  EXPECT_EQ(length({{"a b c d e"}, {"a b c"}}), 3);
  EXPECT_EQ(length({{"a b c"}, {"a b c d e"}}), 3);
}

TEST(Bleu, PunishesBrevityOnly) {
  const Score shorter = score_corpus(bleu(), {"a b c d"}, {{"a b c d e f"}});
  EXPECT_DOUBLE_EQ(shorter.part("brevity_penalty")[0], std::exp(1 - 6.0 / 4.0));
  EXPECT_NEAR(shorter.value, 100 * std::exp(-0.5), 1e-10);
  EXPECT_EQ(score_corpus(bleu(), {"a b c d e f"}, {{"a b c d"}}).part("brevity_penalty")[0], 1);
}

// "a b c x" against "a b c d": 3 of 4, 2 of 3, 1 of 2, 0 of 1.
double smoothed(Smoothing smoothing, std::optional<double> value = {}) {
  return score_corpus(bleu({.smoothing = smoothing, .smooth_value = value}), {"a b c x"}, {{"a b c d"}}).value;
}

TEST(Bleu, SmoothsAnOrderWithoutMatches) {
  const auto mean = [](double last) { return 100 * std::pow(3.0 / 4 * 2 / 3 * 1 / 2 * last, 0.25); };
  EXPECT_EQ(smoothed(Smoothing::none), 0);
  EXPECT_NEAR(smoothed(Smoothing::exp), mean(1.0 / 2), 1e-10);
  EXPECT_NEAR(smoothed(Smoothing::floor), mean(0.1), 1e-10);
  EXPECT_NEAR(smoothed(Smoothing::floor, 0.5), mean(0.5), 1e-10);
  EXPECT_NEAR(smoothed(Smoothing::add_k), 100 * std::pow(3.0 / 4 * 3 / 4 * 2 / 3 * 1 / 2, 0.25), 1e-10);
}

TEST(Bleu, EffectiveOrderScoresAShortSentenceByTheOrdersItHas) {
  EXPECT_EQ(score_corpus(bleu(), {"a b"}, {{"a b"}}).value, 0);
  EXPECT_NEAR(score_corpus(bleu({.effective_order = true}), {"a b"}, {{"a b"}}).value, 100, 1e-10);
}

TEST(Bleu, NoMatchOrNoWordAtAllIsZero) {
  EXPECT_EQ(score_corpus(bleu(), {"x y"}, {{"a b"}}).value, 0);
  EXPECT_EQ(score_corpus(bleu(), {""}, {{"a b"}}).value, 0);
  EXPECT_EQ(score_corpus(bleu(), {""}, {{""}}).value, 0);
}

TEST(Bleu, TheSignatureNamesEveryChoice) {
  const std::string end = std::string("|version:naru-") + version();
  EXPECT_EQ(score_corpus(bleu(), {"a"}, {{"a"}}).signature, "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp" + end);
  const Metric other = bleu({.tokenization = {"mine", [](std::string_view) { return Lines{"x"}; }},
                             .lowercase = true,
                             .smoothing = Smoothing::add_k,
                             .smooth_value = 0.25,
                             .effective_order = true});
  EXPECT_EQ(score_corpus(other, {"a"}, {{"a"}, {"b"}}).signature,
            "nrefs:2|case:lc|eff:yes|tok:mine|smooth:add-k[0.25]" + end);
}

TEST(Bleu, ATokenizationFromOutsideIsUsed) {
  const Tokenization letters{"letters", [](std::string_view line) {
                               Lines tokens;
                               for (const char c : line) tokens.emplace_back(1, c);
                               return tokens;
                             }};
  EXPECT_THAT(score_corpus(bleu({.tokenization = letters}), {"abcx"}, {{"abcd"}}).part("counts"),
              ElementsAre(3, 2, 1, 0));
}

TEST(Bleu, AnUnknownSmoothingListsTheKnown) {
  try {
    smoothing("laplace");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("exp, floor, add-k, none"));
  }
}

TEST(Statistics, ASubsetsScoreIsThatOfASmallerCorpus) {
  const Lines hypotheses = random_lines(5, 10), references = random_lines(6, 10);
  const Statistics all(bleu(), hypotheses, {references});
  const std::vector<int64_t> some{7, 2, 2};
  const Lines few{hypotheses[7], hypotheses[2], hypotheses[2]}, theirs{references[7], references[2], references[2]};
  EXPECT_EQ(all.of(some).value, score_corpus(bleu(), few, {theirs}).value);
}

TEST(Statistics, RefuseCorporaThatAreNotAligned) {
  const auto message = [](const Lines& hypotheses, const std::vector<Lines>& references) -> std::string {
    try {
      score_corpus(bleu(), hypotheses, references);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message({"a", "b"}, {{"a", "b"}, {"a"}}), HasSubstr("2 hypotheses but 1 lines in reference 2"));
  EXPECT_THAT(message({"a"}, {}), HasSubstr("no reference"));
  EXPECT_THAT(message({}, {{}}), HasSubstr("no sentence"));
}

}  // namespace
}  // namespace naru
