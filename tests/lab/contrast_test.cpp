#include "naru/lab/contrast.h"

#include <gtest/gtest.h>

namespace naru {
namespace {

TEST(Contrast, AScorerWithPlantedPreferencesGivesThePlantedAccuracy) {
  std::vector<Contrast> contrasts;
  for (int i = 0; i < 10; ++i) contrasts.push_back({std::to_string(i), "right", "wrong"});
  // Prefers the right one of the first seven, ties at the eighth.
  const PairScorer planted = [](const std::vector<Pair>& pairs) {
    std::vector<double> scores;
    for (const Pair& pair : pairs) {
      const int number = std::stoi(pair.source);
      scores.push_back(number == 7 ? -1 : (pair.target == "right") == (number < 7) ? -1 : -2);
    }
    return scores;
  };
  const std::vector<bool> hits = prefers_right(planted, contrasts);
  EXPECT_EQ(share_where(hits, [](size_t) { return true; }).value, 0.7);
  const auto shares = share_by_group({0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, hits);
  EXPECT_EQ(shares.at(0).value, 1);
  EXPECT_EQ(shares.at(1).value, 0);
}

TEST(Contrast, OfNoTrialNothingIsSaid) {
  const Interval none = share_where({true}, [](size_t) { return false; });
  EXPECT_EQ(none.n, 0);
  EXPECT_EQ(percent(none), "–");
}

TEST(Contrast, FindsWholeWordsOnly) {
  EXPECT_TRUE(says("He ate ginkgo nuts.", "ginkgo nuts"));
  EXPECT_FALSE(says("He shipped nuts", "ship"));
  EXPECT_FALSE(says("nuts of the ginkgo", "ginkgo nuts"));
  EXPECT_TRUE(says("The Bank", "bank"));
}

}  // namespace
}  // namespace naru
