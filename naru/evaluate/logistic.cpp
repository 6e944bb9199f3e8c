#include "naru/evaluate/logistic.h"

#include <algorithm>
#include <cmath>

#include "naru/base/error.h"

namespace naru {
namespace {

using Matrix = std::vector<std::vector<double>>;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// x of A x = b for a symmetric positive definite A, by Cholesky's factors in its lower half.
std::vector<double> solved(Matrix a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (size_t k = 0; k < j; ++k) sum -= a[i][k] * a[j][k];
      a[i][j] = i == j ? std::sqrt(sum) : sum / a[j][j];
    }
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

/// Mean and deviation of each feature; one that never changes keeps the scale 1 and the weight 0.
void standardise(Logistic& model, std::span<const Example> examples) {
  const size_t width = examples[0].features.size();
  const auto count = static_cast<double>(examples.size());
  model.mean.assign(width, 0);
  model.scale.assign(width, 0);
  model.weights.assign(width, 0);
  for (const Example& example : examples) {
    NARU_CHECK(example.features.size() == width, "logistic: {} features, not {}", example.features.size(), width);
    for (size_t i = 0; i < width; ++i) {
      NARU_CHECK(std::isfinite(example.features[i]), "logistic: feature {} is {}", i, example.features[i]);
      model.mean[i] += example.features[i] / count;
    }
  }
  for (const Example& example : examples)
    for (size_t i = 0; i < width; ++i) model.scale[i] += std::pow(example.features[i] - model.mean[i], 2) / count;
  for (double& scale : model.scale) scale = scale > 1e-12 ? std::sqrt(scale) : 1;
}

/// One step; returns its largest change.
double newton(Logistic& model, std::span<const Example> examples, double ridge) {
  const size_t width = model.weights.size();
  Matrix curvature(width + 1, std::vector<double>(width + 1));
  std::vector<double> slope(width + 1), x(width + 1, 1);  // the last is the bias
  for (const Example& example : examples) {
    for (size_t i = 0; i < width; ++i) x[i] = (example.features[i] - model.mean[i]) / model.scale[i];
    const double p = model.probability(example.features), weight = std::max(p * (1 - p), 1e-9);
    for (size_t i = 0; i <= width; ++i) {
      slope[i] += (example.answer - p) * x[i];
      for (size_t j = 0; j <= i; ++j) curvature[i][j] += weight * x[i] * x[j];
    }
  }
  for (size_t i = 0; i < width; ++i) {
    slope[i] -= ridge * model.weights[i];
    curvature[i][i] += ridge;
  }
  const std::vector<double> step = solved(std::move(curvature), std::move(slope));
  double largest = 0;
  for (size_t i = 0; i <= width; ++i) {
    const double change = std::clamp(step[i], -2.0, 2.0);  // far from the optimum a whole step can overshoot
    (i < width ? model.weights[i] : model.bias) += change;
    largest = std::max(largest, std::abs(change));
  }
  return largest;
}

}  // namespace

double Logistic::share(std::span<const double> features, size_t feature) const {
  return weights[feature] * (features[feature] - mean[feature]) / scale[feature];
}

double Logistic::probability(std::span<const double> features) const {
  NARU_CHECK(features.size() == weights.size(), "logistic: {} features, not {}", features.size(), weights.size());
  double sum = bias;
  for (size_t i = 0; i < weights.size(); ++i) sum += share(features, i);
  return logistic(sum);
}

Logistic fit_logistic(std::span<const Example> examples, double ridge) {
  const auto yes = std::ranges::count(examples, true, &Example::answer);
  if (yes == 0 || yes == std::ssize(examples))
    fail("all {} examples have the same answer; give more, or more different ones", examples.size());
  Logistic model;
  standardise(model, examples);
  for (int step = 0; step < 50 && newton(model, examples, ridge) > 1e-9;) ++step;
  return model;
}

}  // namespace naru
