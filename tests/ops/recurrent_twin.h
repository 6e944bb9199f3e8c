// Recurrent cells in double, one sequence and one step at a time: the twin of recurrent_layer and attention_decoder.
#pragma once

#include <cmath>
#include <vector>

#include "naru/ops/recurrent.h"

#include "tests/ops/op_case.h"

namespace naru {

inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// One step of a cell for one sequence, written after the formulas. Empty vectors are zeros.
struct CellTwin {
  Cell cell;
  const Doubles &weight_ih, &weight_hh, &bias_ih, &bias_hh;

  /// Row `row` of W v + b.
  static double affine(const Doubles& weight, const Doubles& bias, int64_t row, const std::vector<double>& v) {
    double sum = bias.size() > 0 ? bias[row] : 0;
    for (size_t k = 0; k < v.size(); ++k) sum += weight(row, static_cast<int64_t>(k)) * v[k];
    return sum;
  }
  /// x → h and c, which come with the state before.
  void step(const std::vector<double>& x, std::vector<double>& h, std::vector<double>& c) const {
    const auto hidden = static_cast<int64_t>(h.size());
    const std::vector<double> before = h;
    const auto in = [&](int64_t gate, int64_t j) { return affine(weight_ih, bias_ih, gate * hidden + j, x); };
    const auto back = [&](int64_t gate, int64_t j) { return affine(weight_hh, bias_hh, gate * hidden + j, before); };
    std::vector<double> reset = before;
    if (cell == Cell::gru_2014)
      for (int64_t j = 0; j < hidden; ++j) reset[static_cast<size_t>(j)] *= sigmoid(in(0, j) + back(0, j));
    for (int64_t j = 0; j < hidden; ++j) {
      double &h_j = h[static_cast<size_t>(j)], &c_j = c[static_cast<size_t>(j)];
      switch (cell) {
        case Cell::rnn: h_j = std::tanh(in(0, j) + back(0, j)); break;
        case Cell::lstm:
          c_j =
              sigmoid(in(1, j) + back(1, j)) * c_j + sigmoid(in(0, j) + back(0, j)) * std::tanh(in(2, j) + back(2, j));
          h_j = sigmoid(in(3, j) + back(3, j)) * std::tanh(c_j);
          break;
        case Cell::gru:
        case Cell::gru_2014: {
          const double r = sigmoid(in(0, j) + back(0, j)), z = sigmoid(in(1, j) + back(1, j));
          const double n = cell == Cell::gru ? in(2, j) + r * back(2, j)
                                             : in(2, j) + affine(weight_hh, bias_hh, 2 * hidden + j, reset);
          h_j = (1 - z) * std::tanh(n) + z * before[static_cast<size_t>(j)];
        }
      }
    }
  }
};

inline std::vector<double> row(const Doubles& matrix, int64_t i) {
  std::vector<double> values;
  for (int64_t j = 0; j < matrix.columns(); ++j) values.push_back(matrix(i, j));
  return values;
}
inline void set_row(Doubles& matrix, int64_t i, const std::vector<double>& values) {
  for (size_t j = 0; j < values.size(); ++j) matrix(i, static_cast<int64_t>(j)) = values[j];
}

}  // namespace naru
