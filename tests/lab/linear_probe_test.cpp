#include "naru/lab/linear_probe.h"

#include <gtest/gtest.h>

#include <cmath>

#include "naru/base/random.h"

namespace naru {
namespace {

double noise(Random& random) { return 2 * random.uniform() - 1; }

/// Rows of noise; the answer of the first fact stands in one direction of them, that of the second nowhere.
ProbeExamples planted(double strength) {
  Random random(5);
  ProbeExamples examples{{}, {{}, {}}};
  for (int i = 0; i < 600; ++i) {
    std::vector<double> row(20);
    for (double& x : row) x = 3 + noise(random);
    const auto answer = static_cast<int64_t>(random.below(3));
    for (size_t j = 0; j < 20; ++j)
      row[j] += strength * std::sin(static_cast<double>(j) + 2.0 * static_cast<double>(answer));
    examples.rows.push_back(row);
    examples.answers[0].push_back(answer);
    examples.answers[1].push_back(static_cast<int64_t>(random.below(3)));
  }
  return examples;
}

TEST(LinearProbe, FindsAPlantedDirectionAndNothingInNoise) {
  const std::vector<Interval> accuracy = probe(planted(0.6));
  EXPECT_GT(accuracy[0].value, 0.95);
  EXPECT_NEAR(accuracy[1].value, 1.0 / 3, 0.12);
  EXPECT_EQ(accuracy[0].n, 180);
}

TEST(LinearProbe, FindsLessWhereLessIsPlanted) {
  EXPECT_LT(probe(planted(0.1))[0].value, probe(planted(0.6))[0].value - 0.1);
  EXPECT_NEAR(probe(planted(0))[0].value, 1.0 / 3, 0.12);
}

TEST(LinearProbe, IgnoresAFeatureThatNeverChanges) {
  ProbeExamples examples = planted(0.6);
  for (std::vector<double>& row : examples.rows) row.push_back(7);
  EXPECT_GT(probe(examples)[0].value, 0.95);
}

TEST(LinearProbe, SolvesPositiveEquations) {
  std::vector<double> a{4, 2, 0, 2, 5, 1, 0, 1, 3}, b{8, 1, 13, 2, 7, 3};  // A x for x = (1, …), in two columns
  const std::vector<double> whole = a, right = b;
  solve_positive(a, b, 3);
  for (size_t i = 0; i < 3; ++i)
    for (size_t column = 0; column < 2; ++column) {
      double sum = 0;
      for (size_t k = 0; k < 3; ++k) sum += whole[i * 3 + k] * b[k * 2 + column];
      EXPECT_NEAR(sum, right[i * 2 + column], 1e-12);
    }
}

}  // namespace
}  // namespace naru
