// Logistic regression over a few features: Platt scaling (1999) where the feature is a model's own score.
#pragma once

#include <span>
#include <vector>

namespace naru {

/// p = 1 / (1 + exp(−bias − Σ weight · (x − mean) / scale))
struct Logistic {
  std::vector<double> mean, scale, weights;  // of each feature
  double bias = 0;

  double probability(std::span<const double> features) const;
  /// What one feature adds to the log-odds.
  double share(std::span<const double> features, size_t feature) const;
};

/// An example: its features, and the answer that is to be foretold.
struct Example {
  std::vector<double> features;
  bool answer = false;
};

/// By Newton's steps on the log-likelihood − ridge / 2 · Σ weight². Error: no example, or all with one answer.
Logistic fit_logistic(std::span<const Example> examples, double ridge = 1);

}  // namespace naru
