#include "naru/lab/word_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace naru {
namespace {

std::multiset<int32_t> bag(const TokenPair& pair) { return {pair.source.begin(), pair.source.end()}; }

TEST(WordOrder, TheLecturesSentencesComeFirstInEachCutting) {
  EXPECT_EQ(WordOrder::chases(3).front().verb, 0);
  const WordOrder eojeol(Cutting::eojeol), particles(Cutting::particles), english(Cutting::english);
  const auto read = [](const WordOrder& order) {
    return order.source_text(order.pair(WordOrder::chases(3).front()).source);
  };
  EXPECT_EQ(read(eojeol), "개가 고양이를 쫓았다");
  EXPECT_EQ(read(particles), "개 가 고양이 를 쫓았다");
  EXPECT_EQ(read(english), "the dog chased the cat");
  EXPECT_EQ(english.target_text(english.both({})[1].target), "고양이 가 개 를 쫓았다");
  EXPECT_EQ(eojeol.target_text(eojeol.both({})[1].target), "the cat chased the dog");
}

TEST(WordOrder, OnlyEojeolAreDifferentWordsWhenTheAnimalsChangeRound) {
  for (const Cutting cutting : {Cutting::eojeol, Cutting::particles, Cutting::english}) {
    const WordOrder order(cutting);
    for (const Chase& chase : WordOrder::chases(1)) {
      const auto both = order.both(chase);
      ASSERT_NE(both[0].source, both[1].source);
      ASSERT_NE(both[0].target, both[1].target);
      ASSERT_EQ(bag(both[0]) == bag(both[1]), cutting != Cutting::eojeol);
    }
  }
}

TEST(WordOrder, WithTheObjectFirstKoreanMeansTheSame) {
  const WordOrder order(Cutting::eojeol);
  const TokenPair usual = order.pair({}), scrambled = order.pair({}, Order::object_first);
  EXPECT_EQ(order.source_text(scrambled.source), "고양이를 개가 쫓았다");
  EXPECT_EQ(scrambled.target, usual.target);
  EXPECT_EQ(bag(scrambled), bag(usual));
}

}  // namespace
}  // namespace naru
