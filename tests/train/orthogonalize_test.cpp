#include "naru/train/orthogonalize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "naru/base/random.h"

namespace naru {
namespace {

using Matrix = std::vector<std::vector<double>>;

Matrix times(const Matrix& a, const Matrix& b) {
  Matrix c(a.size(), std::vector<double>(b[0].size()));
  for (size_t i = 0; i < a.size(); ++i)
    for (size_t k = 0; k < b.size(); ++k)
      for (size_t j = 0; j < b[0].size(); ++j) c[i][j] += a[i][k] * b[k][j];
  return c;
}

Matrix transpose(const Matrix& a) {
  Matrix t(a[0].size(), std::vector<double>(a.size()));
  for (size_t i = 0; i < a.size(); ++i)
    for (size_t j = 0; j < a[0].size(); ++j) t[j][i] = a[i][j];
  return t;
}

Matrix random_matrix(size_t rows, size_t columns) {
  Random random(rows * 100 + columns);
  Matrix x(rows, std::vector<double>(columns));
  for (auto& row : x)
    for (double& number : row) number = static_cast<float>(2 * random.uniform() - 1);
  return x;
}

Tensor tensor_of(const Matrix& x) {
  Tensor tensor({static_cast<int64_t>(x.size()), static_cast<int64_t>(x[0].size())});
  float* to = tensor.data();
  for (const auto& row : x)
    for (const double number : row) *to++ = static_cast<float>(number);
  return tensor;
}

/// The formula as it stands in the header, on the left whatever the shape: XXᵀX = X XᵀX.
Matrix twin(Matrix x) {
  double squares = 0;
  for (const auto& row : x)
    for (const double number : row) squares += number * number;
  for (auto& row : x)
    for (double& number : row) number /= std::sqrt(squares);
  for (int step = 0; step < 4; ++step) {
    const Matrix gram = times(x, transpose(x)), gram_x = times(gram, x), gram_gram_x = times(gram, gram_x);
    for (size_t i = 0; i < x.size(); ++i)
      for (size_t j = 0; j < x[0].size(); ++j)
        x[i][j] = 3.4445 * x[i][j] - 4.7750 * gram_x[i][j] + 2.0315 * gram_gram_x[i][j];
  }
  return x;
}

TEST(Orthogonalize, IsFourStepsOfTheFormulaForWideSquareAndTallMatrices) {
  for (const auto& [rows, columns] : {std::pair<size_t, size_t>{5, 19}, {12, 12}, {33, 7}, {1, 6}}) {
    const Matrix x = random_matrix(rows, columns), expected = twin(x);
    for (const auto& [precision, tolerance] : {std::pair{DType::f32, 2e-4}, {DType::bf16, 0.05}}) {
      const Tensor found = orthogonalize(tensor_of(x), precision);
      for (size_t i = 0; i < rows; ++i)
        for (size_t j = 0; j < columns; ++j)
          EXPECT_NEAR(found.data()[i * columns + j], expected[i][j], tolerance) << rows << " × " << columns;
    }
  }
}

TEST(Orthogonalize, MakesRowsOfAWideMatrixNearlyOrthonormal) {
  const Tensor found = orthogonalize(tensor_of(random_matrix(4, 64)));
  for (int64_t i = 0; i < 4; ++i)
    for (int64_t j = 0; j < 4; ++j) {
      double inner = 0;
      for (int64_t k = 0; k < 64; ++k) inner += found.data()[i * 64 + k] * found.data()[j * 64 + k];
      if (i == j) {
        EXPECT_GT(inner, 0.7 * 0.7);
        EXPECT_LT(inner, 1.2 * 1.2);
      } else {
        EXPECT_NEAR(inner, 0, 0.4);
      }
    }
}

TEST(Orthogonalize, LeavesZerosZeroAndDoesNotSeeTheScale) {
  const Tensor zero = orthogonalize(Tensor::zeros({3, 5}));
  for (const float number : zero.values()) EXPECT_EQ(number, 0.f);
  Matrix x = random_matrix(3, 5);
  const Tensor once = orthogonalize(tensor_of(x));
  for (auto& row : x)
    for (double& number : row) number *= 1e-12;
  const Tensor small = orthogonalize(tensor_of(x));
  for (int64_t i = 0; i < once.size(); ++i) EXPECT_NEAR(small.data()[i], once.data()[i], 1e-5);
}

}  // namespace
}  // namespace naru
