#include "naru/generate/sampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace naru {
namespace {

/// How often each of the ids is drawn when `uniform` runs through [0, 1).
std::vector<double> shares(const SamplingOptions& options, const std::vector<double>& probabilities) {
  std::vector<float> logs;
  for (const double probability : probabilities) logs.push_back(static_cast<float>(std::log(probability)));
  Sampler sampler(options);
  std::vector<double> shares(probabilities.size());
  constexpr int draws = 10000;
  for (int i = 0; i < draws; ++i)
    shares[static_cast<size_t>(sampler.draw(logs, (i + 0.5) / draws).value())] += 1.0 / draws;
  return shares;
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected) {
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 2e-4) << i;
}

const std::vector<double> some{0.1, 0.4, 0.05, 0.3, 0.15};

TEST(Sampling, DrawsByProbability) { expect_near(shares({}, some), some); }

TEST(Sampling, TheKBestAreDrawnAndNoOthers) {
  expect_near(shares({.top_k = 2}, some), {0, 0.4 / 0.7, 0, 0.3 / 0.7, 0});
  expect_near(shares({.top_k = 9}, some), some);
}

TEST(Sampling, TheNucleusIsTheFewestThatReachTheProbability) {
  expect_near(shares({.top_p = 0.69}, some), {0, 0.4 / 0.7, 0, 0.3 / 0.7, 0});
  expect_near(shares({.top_p = 0.71}, some), {0, 0.4 / 0.85, 0, 0.3 / 0.85, 0.15 / 0.85});
  expect_near(shares({.top_p = 1e-6}, some), {0, 1, 0, 0, 0});
  // The nucleus of what the k best leave.
  expect_near(shares({.top_k = 3, .top_p = 0.8}, some), {0, 0.4 / 0.7, 0, 0.3 / 0.7, 0});
}

TEST(Sampling, TemperatureIsThePowerOfProbabilities) {
  const double sum = std::sqrt(0.1) + std::sqrt(0.4) + std::sqrt(0.05) + std::sqrt(0.3) + std::sqrt(0.15);
  expect_near(shares({.temperature = 2}, some), {std::sqrt(0.1) / sum, std::sqrt(0.4) / sum, std::sqrt(0.05) / sum,
                                                 std::sqrt(0.3) / sum, std::sqrt(0.15) / sum});
  expect_near(shares({.temperature = 1e-3}, some), {0, 1, 0, 0, 0});
}

TEST(Sampling, WhatHasNoProbabilityIsNeverDrawn) {
  expect_near(shares({}, {0, 0.5, 0, 0.5}), {0, 0.5, 0, 0.5});
  Sampler sampler(SamplingOptions{});
  const std::vector<float> none(3, -std::numeric_limits<float>::infinity());
  EXPECT_EQ(sampler.draw(none, 0.5), std::nullopt);
}

}  // namespace
}  // namespace naru
