#include "naru/metrics/bootstrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/base/error.h"
#include "naru/base/random.h"
#include "naru/base/threads.h"
#include "naru/metrics/bleu.h"
#include "naru/metrics/numpy_random.h"
#include "naru/metrics/ter.h"

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// `count` lines of 8 words; a share of `wrong` of the words is replaced.
Lines lines(size_t count, double wrong, uint64_t seed) {
  Random words(1), errors(seed);
  Lines lines(count);
  for (std::string& line : lines)
    for (int i = 0; i < 8; ++i) {
      const uint64_t word = words.below(50);
      line += (errors.uniform() < wrong ? "x" : "w" + std::to_string(word)) + " ";
    }
  return lines;
}

std::vector<Statistics> systems(const std::vector<Lines>& hypotheses) {
  std::vector<Statistics> all;
  for (const Lines& system : hypotheses) all.emplace_back(bleu(), system, std::vector<Lines>{lines(200, 0, 0)});
  return all;
}

TEST(NumpyRandom, DrawsWhatNumPysDocumentationShows) {
  // numpy.org, "Random sampling", quick start: default_rng(12345).random() and .integers(low=0, high=10, size=3).
  EXPECT_DOUBLE_EQ(static_cast<double>(NumpyRandom(12345).next64() >> 11) * 0x1.0p-53, 0.22733602246716966);
  NumpyRandom random(12345);
  std::vector<uint32_t> drawn;
  for (int i = 0; i < 3; ++i) drawn.push_back(random.below(10));
  EXPECT_THAT(drawn, ElementsAre(6, 2, 7));
}

TEST(NumpyRandom, IsUniformBelowABoundThatDoesNotDivideThePowersOfTwo) {
  // Of 2³² outcomes shared out to 3 · 2³⁰ numbers without rejection, every third number would get two.
  NumpyRandom random(7);
  std::vector<int> seen(3);
  for (int i = 0; i < 30000; ++i) ++seen[random.below(uint64_t{3} << 30) % 3];
  for (const int count : seen) EXPECT_NEAR(count, 10000, 400);  // five standard deviations
}

TEST(Bootstrap, TheIntervalHoldsTheScoreAndNamesItsDraws) {
  const Bootstrapped result = bootstrap(systems({lines(200, 0.3, 2)}), {.samples = 300, .seed = 5})[0];
  EXPECT_NEAR(result.mean, result.score.value, result.half_width);
  EXPECT_GT(result.half_width, 0);
  EXPECT_FALSE(result.p_value);
  EXPECT_THAT(result.score.signature, HasSubstr("nrefs:1|bs:300|seed:5|case:mixed"));
}

TEST(Bootstrap, TheIntervalIsThatOfAMeanWhereTheMetricIsAMean) {
  // TER with references of one length is the mean of the sentences' edits. Half have one edit of two words: the mean of
  // 400 draws has a standard deviation of 50 · 0.5 / √400 = 1.25, and 1.96 of these are half the interval.
  Lines hypotheses(400, "a b"), references(400, "a b");
  for (size_t i = 0; i < 200; ++i) hypotheses[i] = "a x";
  const std::vector<Statistics> one{Statistics(ter(), hypotheses, {references})};
  const Bootstrapped result = bootstrap(one, {.samples = 4000})[0];
  EXPECT_DOUBLE_EQ(result.score.value, 25);
  EXPECT_NEAR(result.mean, 25, 0.1);
  EXPECT_NEAR(result.half_width, 1.96 * 1.25, 0.15);
}

TEST(Bootstrap, AClearDifferenceIsSignificantAndNoDifferenceIsNot) {
  const auto results = bootstrap(systems({lines(200, 0.3, 2), lines(200, 0.1, 3), lines(200, 0.3, 2)}));
  EXPECT_DOUBLE_EQ(*results[1].p_value, 1.0 / 1001);
  EXPECT_GT(*results[2].p_value, 0.0);
  EXPECT_EQ(results[2].mean, results[0].mean);
}

TEST(Bootstrap, AChanceDifferenceIsNotSignificant) {
  const auto results = bootstrap(systems({lines(200, 0.3, 2), lines(200, 0.3, 4)}));
  EXPECT_GT(*results[1].p_value, 0.05);
}

TEST(Bootstrap, DependsOnTheSeedNotOnTheThreads) {
  const auto system = systems({lines(200, 0.3, 2)});
  const double first = bootstrap(system, {.samples = 100})[0].mean;
  const int before = threads();
  set_threads(before == 1 ? 3 : 1);
  EXPECT_EQ(bootstrap(system, {.samples = 100})[0].mean, first);
  set_threads(before);
  EXPECT_NE(bootstrap(system, {.samples = 100, .seed = 1})[0].mean, first);
}

TEST(Bootstrap, OneSampleIsRefused) { EXPECT_THROW(bootstrap(systems({lines(200, 0, 0)}), {.samples = 1}), Error); }

}  // namespace
}  // namespace naru
