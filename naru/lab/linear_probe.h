// What can be read out of a vector by a straight line: a linear probe (Alain and Bengio 2016), here ridge regression
// onto the one-hot class, in double. W = (XᵀX + λ n I)⁻¹ Xᵀ Y over rows of mean 0 and variance 1; the class with the
// largest value is its answer. What a probe cannot read may still be there in another form; what it reads in an
// untrained model (Hewitt and Liang 2019: the control) was no merit of training.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "naru/lab/verdict.h"

namespace naru {

/// Vectors of one place in a model, and facts that they may hold.
struct ProbeExamples {
  std::vector<std::vector<double>> rows;      // [example][feature]
  std::vector<std::vector<int64_t>> answers;  // [fact][example]: a class from 0
};

/// The ridge λ, as a share of the features' variance.
inline constexpr double probe_ridge = 1e-2;

/// For each fact the share of the last 30 % of the examples that a probe fitted to the others answers rightly.
std::vector<Interval> probe(const ProbeExamples& examples, double ridge = probe_ridge);

/// The positive definite matrix a [n, n] (row after row, destroyed) times x = b [n, columns]; x in place of b.
void solve_positive(std::span<double> a, std::span<double> b, int64_t n);

}  // namespace naru
