#include "naru/evaluate/logistic.h"

#include <gtest/gtest.h>

#include <cmath>

#include "naru/base/error.h"
#include "naru/base/random.h"

namespace naru {
namespace {

/// `yes` of `count` examples with this feature.
void add(std::vector<Example>& examples, double feature, int yes, int count) {
  for (int i = 0; i < count; ++i) examples.push_back({{feature}, i < yes});
}

TEST(Logistic, OfTwoGroupsFindsTheShareOfEach) {
  std::vector<Example> examples;
  add(examples, -3, 10, 40);
  add(examples, 7, 48, 60);
  const Logistic model = fit_logistic(examples, 1e-9);
  EXPECT_NEAR(model.probability(std::vector{-3.0}), 0.25, 1e-6);
  EXPECT_NEAR(model.probability(std::vector{7.0}), 0.8, 1e-6);
}

TEST(Logistic, FindsTheWeightsThatDataWasDrawnFrom) {
  Random random(5);
  std::vector<Example> examples;
  for (int i = 0; i < 20000; ++i) {
    const double x = 2 * random.uniform() - 1, y = 2 * random.uniform() - 1;
    examples.push_back({{x, y}, random.uniform() < 1 / (1 + std::exp(-(0.5 + 2 * x - y)))});
  }
  const Logistic model = fit_logistic(examples);
  EXPECT_NEAR(model.weights[0] / model.scale[0], 2, 0.15);
  EXPECT_NEAR(model.weights[1] / model.scale[1], -1, 0.15);
  EXPECT_NEAR(model.probability(std::vector{0.0, 0.0}), 1 / (1 + std::exp(-0.5)), 0.02);
}

TEST(Logistic, OnAverageForetellsHowOftenTheAnswerIsYes) {
  std::vector<Example> examples;
  for (int feature = 0; feature < 5; ++feature) add(examples, feature, (feature * 3) % 5, 6);
  const Logistic model = fit_logistic(examples, 3);
  double foretold = 0, yes = 0;
  for (const Example& example : examples) {
    foretold += model.probability(example.features);
    yes += example.answer;
  }
  EXPECT_NEAR(foretold, yes, 1e-6);
}

TEST(Logistic, StaysFiniteWhereAFeatureTellsAllOrNothing) {
  std::vector<Example> examples;
  for (int i = 0; i < 200; ++i) examples.push_back({{i < 100 ? 0.0 : 1e6, 4.0}, i < 100});
  const Logistic model = fit_logistic(examples);
  EXPECT_GT(model.probability(std::vector{0.0, 4.0}), 0.95);
  EXPECT_LT(model.probability(std::vector{1e6, 4.0}), 0.05);
  EXPECT_NEAR(model.weights[1], 0, 1e-9);
}

TEST(Logistic, RefusesExamplesThatAllHaveOneAnswer) {
  std::vector<Example> examples;
  add(examples, 1, 5, 5);
  EXPECT_THROW(fit_logistic(examples), Error);
  EXPECT_THROW(fit_logistic({}), Error);
}

}  // namespace
}  // namespace naru
