#include "naru/ops/output_loss.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/ops/op_case.h"

namespace naru {
namespace {

/// Scores [total, vocabulary] → scale · sum of the smoothed cross entropies.
double loss_twin(const Doubles& scores, const Tensor& targets, OutputLossOptions options) {
  const double smoothing = options.smoothing;
  double loss = 0;
  for (int64_t i = 0; i < scores.rows(); ++i) {
    const int32_t target = targets.data<int32_t>()[i];
    if (target < 0) continue;
    double sum = 0, mean = 0;
    for (int64_t j = 0; j < scores.columns(); ++j) {
      sum += std::exp(scores(i, j));
      mean += scores(i, j) / static_cast<double>(scores.columns());
    }
    loss += (1 - smoothing) * (std::log(sum) - scores(i, target)) + smoothing * (std::log(sum) - mean);
  }
  return loss * options.scale;
}

struct Sizes {
  int64_t total, vocabulary, d;
};

OpCase row(Sizes sizes, bool biased, OutputLossOptions options) {
  const auto [total, vocabulary, d] = sizes;
  Tensor targets = random_ids(7, total, vocabulary);
  for (int64_t i = 0; i < total; i += 5) targets.data<int32_t>()[i] = -100;
  OpCase row{
      .name = "output_loss",
      .situation = fmt::format("{} of {} by {} {} smoothing {}", total, vocabulary, d, biased ? "biased" : "",
                               options.smoothing),
      .inputs = {{.shape = {total, d}}, {.shape = {vocabulary, d}, .role = Role::weight}},
      .op = [=](const Inputs& x) { return output_loss(x[0], x[1], biased ? x[2] : Tensor(), targets, options).loss; },
      .twin =
          [=](const DoubleInputs& x) {
            Doubles scores = times_transposed(x[0], x[1]);
            for (int64_t i = 0; biased && i < scores.size(); ++i) scores[i] += x[2][i % vocabulary];
            Doubles loss({1});
            loss[0] = loss_twin(scores, targets, options);
            return loss;
          },
      .is_loss = true};
  if (biased) row.inputs.push_back({.shape = {vocabulary}, .role = Role::parameter});
  return row;
}

const bool added = add_op_cases(
    {row({6, 11, 5}, true, {.smoothing = 0.1f, .scale = 0.25f}), row({6, 11, 5}, false, {}),
     row({7, 16, 8}, false, {.smoothing = 0.3f}), row({9, 2500, 6}, true, {.smoothing = 0.1f}),
     row({0, 4, 3}, true, {.smoothing = 0.1f}), row({700, 37, 24}, true, {.smoothing = 0.1f, .scale = 1.0f / 560})});

Tensor identity(int64_t n) {
  Tensor matrix = Tensor::zeros({n, n});
  for (int64_t i = 0; i < n; ++i) matrix.data()[i * n + i] = 1;
  return matrix;
}

TEST(OutputLoss, CountsTokensAndHits) {
  const Tensor hidden = Tensor::from({3.0f, 1.0f, 0.0f, 2.0f, 5.0f, 0.0f}, {3, 2});
  const OutputLossResult result = output_loss(hidden, identity(2), {}, Tensor::from({0, 0, -1}, {3}));
  EXPECT_EQ(result.tokens, 2);
  EXPECT_EQ(result.correct, 1);
  EXPECT_NEAR(result.nll_sum, std::log1p(std::exp(-2.0)) + std::log1p(std::exp(2.0)), 1e-6);
}

TEST(OutputLoss, TellsTheSumWithoutSmoothingAndScale) {
  const Tensor hidden = to_tensor(random_doubles(3, {5, 7})), targets = Tensor::from({2, -1, 0, 6, 6}, {5});
  const double sum = double{output_loss(hidden, identity(7), {}, targets).loss.data()[0]};
  for (const OutputLossOptions& options : {OutputLossOptions{}, {.scale = 0.25f}, {.smoothing = 0.1f}, {0.3f, 0.25f}})
    EXPECT_NEAR(output_loss(hidden, identity(7), {}, targets, options).nll_sum, sum, 1e-5);
}

TEST(OutputLoss, RefusesAGradientThatCameTooLate) {
  Tensor hidden = Tensor::zeros({1, 2});
  want_gradient(hidden);
  Tape tape;
  const Tensor loss = output_loss(hidden, identity(2), {}, Tensor::from({0}, {1})).loss;
  EXPECT_THROW(tape.backward(loss, 0.5f), CheckFailure);
}

TEST(OutputLoss, NamesATargetOutsideTheVocabulary) {
  try {
    output_loss(Tensor({1, 2}), identity(2), {}, Tensor::from({2}, {1}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("token 0 has id 2, but the output has 2 rows"));
  }
}

TEST(OutputLoss, BecomesNaNWhenAScoreIs) {
  const Tensor hidden = Tensor::from({NAN, 0.0f}, {1, 2});
  EXPECT_TRUE(std::isnan(output_loss(hidden, identity(2), {}, Tensor::from({1}, {1})).loss.data()[0]));
}

}  // namespace
}  // namespace naru
