#include "naru/lab/linear_probe.h"

#include <algorithm>
#include <cmath>

#include "naru/base/error.h"

namespace naru {
namespace {

using ProbeRows = std::vector<std::vector<double>>;

/// ClassColumns to mean 0 and variance 1 by the first `fitted` rows; a column that never changes becomes 0.
ProbeRows standardized(ProbeRows rows, size_t fitted) {
  for (size_t j = 0; j < rows[0].size(); ++j) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < fitted; ++i) sum += rows[i][j];
    const double mean = sum / static_cast<double>(fitted);
    for (size_t i = 0; i < fitted; ++i) squares += (rows[i][j] - mean) * (rows[i][j] - mean);
    const double deviation = std::sqrt(squares / static_cast<double>(fitted));
    const double scale = deviation > 1e-12 ? 1 / deviation : 0;
    for (std::vector<double>& row : rows) row[j] = (row[j] - mean) * scale;
  }
  return rows;
}

/// XᵀX + λ n I over the first `fitted` rows: [d, d]
std::vector<double> gram(const ProbeRows& rows, size_t fitted, double ridge) {
  const size_t d = rows[0].size();
  std::vector<double> sums(d * d);
  for (size_t i = 0; i < fitted; ++i)
    for (size_t j = 0; j < d; ++j) {
      const double x = rows[i][j];
      for (size_t k = 0; k <= j; ++k) sums[j * d + k] += x * rows[i][k];
    }
  for (size_t j = 0; j < d; ++j) {
    for (size_t k = 0; k < j; ++k) sums[k * d + j] = sums[j * d + k];
    sums[j * d + j] += ridge * static_cast<double>(fitted);
  }
  return sums;
}

/// The classes of all facts side by side: a fact begins at its column.
struct ClassColumns {
  std::vector<size_t> begin{0};
  size_t width() const { return begin.back(); }
};

ClassColumns class_columns(const std::vector<std::vector<int64_t>>& answers) {
  ClassColumns columns;
  for (const std::vector<int64_t>& fact : answers)
    columns.begin.push_back(columns.begin.back() + static_cast<size_t>(*std::ranges::max_element(fact)) + 1);
  return columns;
}

/// XᵀY, each class' column around its own mean, so that no intercept is needed beside `class_shares`: [d, columns]
std::vector<double> feature_products(const ProbeExamples& examples, const ProbeRows& rows, size_t fitted,
                                     const ClassColumns& columns) {
  const size_t d = rows[0].size(), width = columns.width();
  std::vector<double> sums(d * width);
  for (size_t fact = 0; fact < examples.answers.size(); ++fact)
    for (size_t i = 0; i < fitted; ++i) {
      const size_t column = columns.begin[fact] + static_cast<size_t>(examples.answers[fact][i]);
      for (size_t j = 0; j < d; ++j) sums[j * width + column] += rows[i][j];
    }
  return sums;
}

/// How often each class stands in the fitted examples: the value of a row of zeros.
std::vector<double> class_shares(const ProbeExamples& examples, size_t fitted, const ClassColumns& columns) {
  std::vector<double> all(columns.width());
  for (size_t fact = 0; fact < examples.answers.size(); ++fact)
    for (size_t i = 0; i < fitted; ++i)
      all[columns.begin[fact] + static_cast<size_t>(examples.answers[fact][i])] += 1 / static_cast<double>(fitted);
  return all;
}

/// Of one row: the value of every class.
std::vector<double> class_values(const std::vector<double>& row, const std::vector<double>& weights,
                                 std::vector<double> start) {
  const size_t width = start.size();
  for (size_t j = 0; j < row.size(); ++j)
    for (size_t column = 0; column < width; ++column) start[column] += row[j] * weights[j * width + column];
  return start;
}

}  // namespace

void solve_positive(std::span<double> a, std::span<double> b, int64_t n) {
  const auto d = static_cast<size_t>(n);
  const size_t width = b.size() / d;
  for (size_t j = 0; j < d; ++j) {  // Cholesky: a = L Lᵀ, L in the lower half
    for (size_t k = 0; k < j; ++k) {
      const double x = a[j * d + k];
      for (size_t i = j; i < d; ++i) a[i * d + j] -= x * a[i * d + k];
    }
    NARU_CHECK(a[j * d + j] > 0, "a matrix of {} rows is not positive definite", n);
    const double root = std::sqrt(a[j * d + j]);
    for (size_t i = j; i < d; ++i) a[i * d + j] /= root;
  }
  const auto take = [&](size_t from, size_t of, double times) {
    for (size_t c = 0; c < width; ++c) b[of * width + c] -= times * b[from * width + c];
  };
  const auto divide = [&](size_t row) {
    for (size_t c = 0; c < width; ++c) b[row * width + c] /= a[row * d + row];
  };
  for (size_t i = 0; i < d; ++i) {
    for (size_t k = 0; k < i; ++k) take(k, i, a[i * d + k]);
    divide(i);
  }
  for (size_t i = d; i-- > 0;) {
    for (size_t k = i + 1; k < d; ++k) take(k, i, a[k * d + i]);
    divide(i);
  }
}

std::vector<Interval> probe(const ProbeExamples& examples, double ridge) {
  const size_t count = examples.rows.size(), fitted = count * 7 / 10;
  NARU_CHECK(fitted > 1 && fitted < count, "a probe of {} examples", count);
  for (const auto& fact : examples.answers) NARU_CHECK(fact.size() == count, "{} answers, {} rows", fact.size(), count);
  const ProbeRows rows = standardized(examples.rows, fitted);
  const ClassColumns columns = class_columns(examples.answers);
  std::vector<double> left = gram(rows, fitted, ridge), weights = feature_products(examples, rows, fitted, columns);
  solve_positive(left, weights, static_cast<int64_t>(rows[0].size()));
  const std::vector<double> start = class_shares(examples, fitted, columns);
  std::vector<int64_t> right(examples.answers.size());
  for (size_t i = fitted; i < count; ++i) {
    const std::vector<double> all = class_values(rows[i], weights, start);
    for (size_t fact = 0; fact < right.size(); ++fact) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(columns.begin[fact]);
      const auto end = all.begin() + static_cast<std::ptrdiff_t>(columns.begin[fact + 1]);
      right[fact] += std::max_element(begin, end) - begin == examples.answers[fact][i];
    }
  }
  std::vector<Interval> accuracies;
  for (const int64_t hits : right) accuracies.push_back(share_of(hits, static_cast<int64_t>(count - fitted)));
  return accuracies;
}

}  // namespace naru
