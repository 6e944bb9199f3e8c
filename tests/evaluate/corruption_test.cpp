#include "naru/evaluate/corruption.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "naru/evaluate/calibrate.h"
#include "naru/evaluate/piece_bigrams.h"

namespace naru {
namespace {

std::vector<std::string> split(const std::string& line) {
  std::istringstream text(line);
  return {std::istream_iterator<std::string>(text), {}};
}

const std::vector<Pair> pairs{{"a b c d e f", "one two"}, {"", "none"}, {"g h i", "three"}, {"j k", "short"}};

TEST(Corruption, BreaksALineInTheWayOfItsKind) {
  Random random(3);
  const auto broken = [&](Corruption kind) { return corrupted(pairs, 0, kind, random); };
  EXPECT_EQ(broken(Corruption::wrong_language), "one two");
  EXPECT_EQ(broken(Corruption::doubled), "a b c d e f a b c d e f");
  EXPECT_EQ(split(broken(Corruption::random_words)).size(), 6);
  std::string shuffled = broken(Corruption::shuffled);
  EXPECT_NE(shuffled, pairs[0].source);
  std::ranges::sort(shuffled);
  EXPECT_EQ(shuffled, "     abcdef");
  for (int i = 0; i < 20; ++i) {
    const std::string cut = broken(Corruption::cut);
    EXPECT_TRUE(pairs[0].source.starts_with(cut)) << cut;
    EXPECT_GE(split(cut).size(), 2);
    EXPECT_LE(split(cut).size(), 4);
  }
}

TEST(Corruption, NeedsThreeWordsAndAnotherSide) {
  EXPECT_TRUE(can_be_corrupted(pairs[2]));
  EXPECT_FALSE(can_be_corrupted(pairs[3]));
  EXPECT_FALSE(can_be_corrupted({"a b c", ""}));
}

TEST(PieceBigrams, SurpriseWithoutALineIsAsIfItHadNeverBeenAdded) {
  const std::vector<int32_t> own{0, 1, 2, 1}, other{2, 2, 1};
  PieceBigrams both(4), rest(4);
  both.add(own);
  both.add(other);
  rest.add(other);
  EXPECT_DOUBLE_EQ(both.surprise(own, own).mean, rest.surprise(own).mean);
  EXPECT_DOUBLE_EQ(both.surprise(own, own).end, rest.surprise(own).end);
  EXPECT_EQ(rest.surprise(own).unseen, 0.2);  // of five, the border among them, 0 was never seen
  EXPECT_LT(both.surprise(own).mean, rest.surprise(own).mean);
}

TEST(MatchedWords, AreThoseOfALongestCommonSubsequence) {
  EXPECT_EQ(matched_words({"the", "red", "big", "dog", "."}, {"the", "big", "red", "dog", "."}),
            (std::vector{true, false, true, true, true}));
  EXPECT_EQ(matched_words({"a", "a"}, {"a"}), (std::vector{true, false}));
  EXPECT_EQ(matched_words({"a", "b"}, {}), (std::vector{false, false}));
}

}  // namespace
}  // namespace naru
