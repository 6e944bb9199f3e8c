#include "naru/lab/homonym_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "naru/lab/contrast.h"

namespace naru {
namespace {

std::vector<std::string> at_spaces(const std::string& text) {
  std::vector<std::string> words{""};
  for (const char letter : text)
    if (letter == ' ')
      words.emplace_back();
    else
      words.back() += letter;
  return words;
}

TEST(HomonymPairs, DifferInTheCueOnlyAndAtTheDistanceAskedFor) {
  Random random(1);
  for (const bool before : {true, false})
    for (int64_t distance = 1; distance <= 12; ++distance)
      for (const HomonymPair& pair : korean_homonym_pairs(distance, before, random)) {
        const auto one = at_spaces(pair.first.source), other = at_spaces(pair.second.source);
        ASSERT_EQ(one.size(), other.size());
        for (size_t i = 0; i < one.size(); ++i)
          EXPECT_EQ(one[i] == other[i], static_cast<int>(i) != pair.first.cue) << pair.first.source;
        EXPECT_EQ(pair.first.cue, pair.second.cue);
        EXPECT_EQ(pair.first.distance(), distance) << pair.first.source;
        EXPECT_EQ(pair.first.word < pair.first.cue, !before);
        EXPECT_TRUE(one[static_cast<size_t>(pair.first.word)].starts_with(pair.first.homonym));
        const std::string who = plain_words(pair.first.reference)[0];
        EXPECT_EQ(std::ranges::count(plain_words(pair.first.reference), who), 1) << pair.first.reference;
      }
}

TEST(HomonymPairs, NoSentenceComesTwiceAndEveryCueComes) {
  Random random(7);
  std::set<std::string> sentences;
  for (const HomonymPair& pair : korean_homonym_pairs(1, false, random))
    for (const HomonymSentence* one : {&pair.first, &pair.second})
      EXPECT_TRUE(sentences.insert(one->source).second) << one->source;
  for (const char* verb : {"깎았다", "수리했다", "번역했다", "새웠다", "삶았다", "방문했다"})
    EXPECT_TRUE(std::ranges::any_of(sentences, [&](const std::string& one) { return one.ends_with(verb); })) << verb;
}

TEST(HomonymPairs, AReferenceSaysItsSenseAndNotTheOther) {
  Random random(2);
  for (const HomonymPair& pair : korean_homonym_pairs(12, false, random))
    for (const HomonymSentence* one : {&pair.first, &pair.second}) {
      EXPECT_TRUE(says(one->reference, one->sense)) << one->reference;
      EXPECT_FALSE(says(one->reference, one->other)) << one->reference;
      EXPECT_EQ(one->sense, (one == &pair.first ? pair.second : pair.first).other);
    }
}

TEST(HomonymPairs, SaySentencesAsAReaderWould) {
  Random random(3);
  const HomonymPair pair = korean_homonym_pairs(1, false, random)[0], near = korean_homonym_pairs(1, true, random)[0];
  EXPECT_TRUE(pair.first.source.ends_with(" 배를 깎았다"));
  EXPECT_TRUE(pair.second.source.ends_with(" 배를 탔다"));
  EXPECT_TRUE(pair.first.reference.ends_with(" peeled a pear"));
  EXPECT_TRUE(pair.second.reference.ends_with(" boarded a ship"));
  EXPECT_TRUE(near.first.source.ends_with(" 시장에서 배를 찾았다"));
  EXPECT_TRUE(near.second.reference.ends_with(" looked for a ship at the harbor"));
  EXPECT_EQ(near.without_cue.find("시장"), std::string::npos);
}

TEST(HomonymPairs, SomeCuesAreJoinedWithTheirWordInTrainingAndSomeNever) {
  EXPECT_TRUE(grammar_joins("깎다", "배", "pear"));
  EXPECT_FALSE(grammar_joins("썰다", "배", "pear"));
  EXPECT_TRUE(grammar_joins("썰다", "토마토", "tomato"));
  EXPECT_TRUE(grammar_joins("타다", "배", "ship"));
  EXPECT_FALSE(grammar_joins("타다", "배", "pear"));
  EXPECT_TRUE(grammar_joins("새우다", "밤", "night"));
  Random random(4);
  int joined = 0, never = 0;
  for (const HomonymPair& pair : korean_homonym_pairs(2, false, random)) {
    joined += pair.first.joined + pair.second.joined;
    never += !pair.first.joined + !pair.second.joined;
  }
  EXPECT_GT(joined, 10);
  EXPECT_GT(never, 10);
}

TEST(HomonymPairs, EnglishBankIsSaidByOnePrepositionInBothSenses) {
  Random random(5);
  for (const bool before : {true, false})
    for (const HomonymPair& pair : english_bank_pairs(4, before, random)) {
      EXPECT_EQ(pair.first.sense, "은행");
      EXPECT_EQ(pair.second.sense, "강둑");
      EXPECT_NE(pair.second.reference.find("강둑"), std::string::npos);
      EXPECT_EQ(pair.first.cue < pair.first.word, before);
      EXPECT_TRUE(says(pair.first.source, before ? "at the bank" : "went to the bank"));
      EXPECT_TRUE(says(pair.second.source, before ? "at the bank" : "went to the bank"));
    }
}

}  // namespace
}  // namespace naru
