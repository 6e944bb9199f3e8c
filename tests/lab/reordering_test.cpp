#include "naru/lab/reordering.h"

#include <gtest/gtest.h>

namespace naru {
namespace {

TEST(KendallTau, IsThatOfAWorkedExample) {
  // 나는(0) 사과를(1) 먹는다(2) → I(0) eat(2) an apple(1): of three pairs one is turned round.
  const std::vector<AlignmentLink> links{{0, 0}, {2, 1}, {1, 2, false}, {1, 3}};
  const std::vector<double> places = source_places(links);
  EXPECT_EQ(places, (std::vector<double>{0, 2, 1}));
  EXPECT_DOUBLE_EQ(*kendall_tau(places), 1.0 / 3);
}

TEST(KendallTau, IsOneInTheSameOrderMinusOneInTheReverseAndNothingWithoutPairs) {
  EXPECT_DOUBLE_EQ(*kendall_tau(std::vector<double>{0, 1, 2, 3}), 1);
  EXPECT_DOUBLE_EQ(*kendall_tau(std::vector<double>{3, 2, 1}), -1);
  EXPECT_DOUBLE_EQ(*kendall_tau(std::vector<double>{0, 0, 1}), 1);  // words of one place make no pair
  EXPECT_FALSE(kendall_tau(std::vector<double>{2}).has_value());
  EXPECT_FALSE(kendall_tau(std::vector<double>{2, 2}).has_value());
}

TEST(SourcePlaces, AreTheMeanOfSureLinksInTheTargetsOrder) {
  const std::vector<AlignmentLink> links{{4, 1}, {2, 1}, {0, 0}, {5, 1, false}};
  EXPECT_EQ(source_places(links), (std::vector<double>{0, 3}));
}

TEST(Lag, OfTheFirstWordsIsShortFromTheEndWhereTheOrderIsKeptAndLongWhereItIsTurnedRound) {
  const Lag kept = lag_of_first(std::vector<double>{0, 1, 2, 3, 4}, 5, 3);
  EXPECT_DOUBLE_EQ(kept.forward, 5);   // 5 - 0 + 0, 5 - 1 + 1, 5 - 2 + 2
  EXPECT_DOUBLE_EQ(kept.reversed, 3);  // 1, 3, 5
  const Lag turned = lag_of_first(std::vector<double>{4, 3, 2, 1, 0}, 5, 3);
  EXPECT_DOUBLE_EQ(turned.forward, 3);
  EXPECT_DOUBLE_EQ(turned.reversed, 5);
}

TEST(Reordering, OfTheEmbeddedCorpusIsBetweenTheSameOrderAndTheReverse) {
  double sum = 0;
  int64_t count = 0;
  for (const Phrase& phrase : phrases({.pairs = 300, .seed = 2, .split = PhraseSplit::test}))
    if (const auto tau = kendall_tau(source_places(phrase.alignment))) {
      sum += *tau;
      ++count;
    }
  ASSERT_GT(count, 250);
  EXPECT_LT(sum / static_cast<double>(count), 0.7);
  EXPECT_GT(sum / static_cast<double>(count), -0.7);
}

}  // namespace
}  // namespace naru
