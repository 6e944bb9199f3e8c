#include "naru/ops/norm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/ops/dropout_twin.h"
#include "tests/ops/op_case.h"

namespace naru {
namespace {

constexpr float epsilon = 1e-5f;

Doubles norm_twin(const Doubles& x, const Doubles& weight, const Doubles& bias) {
  Doubles y(x.shape);
  const int64_t columns = x.columns();
  for (int64_t i = 0; i < x.rows(); ++i) {
    double mean = 0, variance = 0;
    for (int64_t j = 0; j < columns; ++j) mean += x(i, j) / static_cast<double>(columns);
    for (int64_t j = 0; j < columns; ++j) variance += std::pow(x(i, j) - mean, 2) / static_cast<double>(columns);
    for (int64_t j = 0; j < columns; ++j)
      y(i, j) = (x(i, j) - mean) / std::sqrt(variance + epsilon) * weight[j] + bias[j];
  }
  return y;
}

Doubles sum_twin(const Doubles& a, const Doubles& b) {
  Doubles c(a.shape);
  for (int64_t i = 0; i < a.size(); ++i) c[i] = a[i] + b[i];
  return c;
}

std::vector<OpCase> norm_rows() {
  std::vector<OpCase> rows;
  for (const Shape& shape : {Shape{0, 4}, Shape{3, 8}, Shape{2, 3, 9}, Shape{1000, 33}}) {
    const Input parameter{.shape = {shape[-1]}, .role = Role::parameter};
    const auto twin = [](const DoubleInputs& x) { return norm_twin(x[0], x[1], x[2]); };
    rows.push_back({.name = "layer_norm",
                    .situation = to_string(shape),
                    .inputs = {{.shape = shape}, parameter, parameter},
                    .op = [](const Inputs& x) { return layer_norm(x[0], x[1], x[2], epsilon); },
                    .twin = twin});
    rows.push_back({.name = "layer_norm",
                    .situation = to_string(shape) + " of f32 numbers to bf16",
                    .inputs = {{.shape = shape, .role = Role::stream}, parameter, parameter},
                    .op = [](const Inputs& x) { return layer_norm(x[0], x[1], x[2], epsilon, DType::bf16); },
                    .twin = twin,
                    .tolerance = 0x1p-8});
  }
  return rows;
}

/// Rows with a residual, a branch and dropout; `stream` f32 where the branch may be bf16.
std::vector<OpCase> dropping_rows(const Offsets& offsets, int64_t d, float rate, Role stream) {
  const DropoutSpec spec{rate, offsets};
  const std::string situation = fmt::format("{} tokens by {} rate {}{}", offsets.total(), d, rate,
                                            stream == Role::stream ? " into an f32 stream" : "");
  const Input x{.shape = {offsets.total(), d}, .role = stream}, branch{.shape = {offsets.total(), d}},
      parameter{.shape = {d}, .role = Role::parameter};
  std::vector<OpCase> rows;
  rows.push_back({.name = "add_dropped",
                  .situation = situation,
                  .inputs = {x, branch},
                  .op = [=](const Inputs& in) { return add_dropped(in[0], in[1], spec); },
                  .twin = [=](const DoubleInputs& in) { return sum_twin(in[0], drop_twin(in[1], spec)); },
                  .tape = noisy});
  rows.push_back(
      {.name = "residual_norm",
       .situation = situation,
       .inputs = {x, branch, parameter, parameter},
       .op = [=](const Inputs& in) { return residual_norm(in[0], in[1], in[2], in[3], epsilon, spec); },
       .twin = [=](const DoubleInputs& in) { return norm_twin(sum_twin(in[0], drop_twin(in[1], spec)), in[2], in[3]); },
       .tape = noisy});
  if (rate > 0)
    rows.push_back({.name = "dropout",
                    .situation = situation,
                    .inputs = {branch},
                    .op = [=](const Inputs& in) { return dropout(in[0], spec); },
                    .twin = [=](const DoubleInputs& in) { return drop_twin(in[0], spec); },
                    .tape = noisy});
  return rows;
}

const bool added = add_op_cases(norm_rows()) &&
                   add_op_cases(dropping_rows(random_offsets(1, 4, 6), 11, 0.3f, Role::activation)) &&
                   add_op_cases(dropping_rows(random_offsets(2, 4, 6), 8, 0, Role::activation)) &&
                   add_op_cases(dropping_rows(random_offsets(3, 3, 5), 16, 0.5f, Role::stream)) &&
                   add_op_cases(dropping_rows(random_offsets(3, 3, 5), 9, 0, Role::stream)) &&
                   add_op_cases(dropping_rows(random_offsets(3, 60, 40), 40, 0.1f, Role::activation));

Tensor ones(int64_t rows, int64_t columns) {
  Tensor x({rows, columns});
  std::ranges::fill(x.values(), 1.0f);
  want_gradient(x);
  return x;
}

TEST(Dropout, IsTheIdentityWithoutATapeAndOnATapeThatDropsNothing) {
  const Tensor x = ones(3, 4);
  const DropoutSpec spec{0.5f, Offsets({3})};
  EXPECT_EQ(dropout(x, spec).raw(), x.raw());
  Tape tape({.dropout = false});
  EXPECT_EQ(dropout(x, spec).raw(), x.raw());
}

TEST(Dropout, DropsItsShare) {
  Tape tape({.seed = 3});
  const Tensor y = dropout(ones(1000, 100), {0.3f, Offsets({400, 600})});
  const auto dropped = std::ranges::count(y.values(), 0.0f);
  EXPECT_NEAR(static_cast<double>(dropped) / 1e5, 0.3, 4 * std::sqrt(0.3 * 0.7 / 1e5));
}

TEST(Dropout, DropsNeighboursIndependently) {
  Tape tape({.seed = 3});
  const Tensor y = dropout(ones(1000, 100), {0.5f, Offsets({1000})});
  const auto both = [&](int64_t distance) {
    int64_t count = 0;
    for (int64_t i = 0; i + distance < y.size(); ++i) count += y.data()[i] == 0 && y.data()[i + distance] == 0;
    return static_cast<double>(count) / static_cast<double>(y.size() - distance);
  };
  for (const int64_t distance : {1, 2, 100, 101}) EXPECT_NEAR(both(distance), 0.25, 0.01) << distance;
}

TEST(Dropout, DependsOnSentenceAndPositionNotOnThePlaceInTheBatch) {
  const auto row_of = [](const Offsets& offsets, int64_t row) {
    Tape tape({.seed = 4});
    const Tensor y = dropout(ones(offsets.total(), 64), {0.5f, offsets});
    return std::vector<float>(y.values().begin() + row * 64, y.values().begin() + (row + 1) * 64);
  };
  // Sentence 7 of the global batch, its third token: alone, and behind another sentence.
  EXPECT_EQ(row_of(Offsets({5}, {7}), 2), row_of(Offsets({4, 3}, {2, 7}), 6));
  EXPECT_NE(row_of(Offsets({5}, {7}), 2), row_of(Offsets({5}, {8}), 2));
  EXPECT_NE(row_of(Offsets({5}, {7}), 2), row_of(Offsets({5}, {7}), 3));
}

TEST(Dropout, DropsOtherNumbersInEveryOpOfATape) {
  Tape tape({.seed = 4});
  const DropoutSpec spec{0.5f, Offsets({9})};
  const Tensor first = dropout(ones(9, 9), spec), second = dropout(ones(9, 9), spec);
  EXPECT_FALSE(std::ranges::equal(first.values(), second.values()));
}

}  // namespace
}  // namespace naru
