#include "naru/ops/output_loss.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/ops/op_case.h"
#include "tests/tensors_near.h"

namespace naru {
namespace {

/// Scores [total, vocabulary] → scale · sum of the smoothed cross entropies.
double loss_twin(const Doubles& scores, const Tensor& targets, const OutputLossOptions& options) {
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
    double soft = 0;
    const int64_t best = options.soft.ids ? options.soft.ids.dim(1) : 0;
    for (int64_t k = i * best; k < (i + 1) * best; ++k)
      soft += double{options.soft.probabilities.data()[k]} *
              (std::log(sum) - scores(i, options.soft.ids.data<int32_t>()[k]));
    const double hard = (1 - smoothing) * (std::log(sum) - scores(i, target)) + smoothing * (std::log(sum) - mean);
    const double soft_weight = best > 0 ? double{options.soft_weight} : 0;
    loss += (1 - soft_weight) * hard + soft_weight * soft;
  }
  return loss * options.scale;
}

struct Sizes {
  int64_t total, vocabulary, d;
};

OpCase row(Sizes sizes, bool biased, const OutputLossOptions& options) {
  const auto [total, vocabulary, d] = sizes;
  Tensor targets = random_ids(7, total, vocabulary);
  for (int64_t i = 0; i < total; i += 5) targets.data<int32_t>()[i] = -100;
  OpCase row{
      .name = "output_loss",
      .situation = fmt::format("{} of {} by {} {} smoothing {} soft {}", total, vocabulary, d, biased ? "biased" : "",
                               options.smoothing, options.soft_weight),
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

/// `best` ids of each row, the first of which is often the target, with probabilities that sum to less than 1.
OutputLossOptions softened(Sizes sizes, int64_t best, OutputLossOptions options) {
  const Tensor targets = random_ids(7, sizes.total, sizes.vocabulary);
  options.soft = {Tensor({sizes.total, best}, DType::i32),
                  to_tensor(random_doubles(8, {sizes.total, best}, 0, 1.0 / static_cast<double>(best)))};
  for (int64_t i = 0; i < sizes.total; ++i)
    for (int64_t k = 0; k < best; ++k)
      options.soft.ids.data<int32_t>()[i * best + k] =
          static_cast<int32_t>((targets.data<int32_t>()[i] + i % 2 + k * (sizes.vocabulary / best)) % sizes.vocabulary);
  return options;
}

const bool added_soft = add_op_cases(
    {row({6, 11, 5}, true, softened({6, 11, 5}, 3, {.smoothing = 0.1f, .scale = 0.25f, .soft_weight = 0.6f})),
     row({7, 16, 8}, false, softened({7, 16, 8}, 1, {.soft_weight = 1})),
     row({9, 2500, 6}, true, softened({9, 2500, 6}, 64, {.smoothing = 0.1f, .soft_weight = 0.5f})),
     row({700, 37, 24}, true, softened({700, 37, 24}, 4, {.scale = 1.0f / 560, .soft_weight = 0.3f})),
     row({0, 4, 3}, true, softened({0, 4, 3}, 2, {.soft_weight = 0.5f}))});

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

/// Loss, and gradients of hidden and weight.
std::vector<Tensor> loss_and_gradients(const OutputLossOptions& options, DType dtype) {
  const Tensor targets = random_ids(7, 40, 33);
  Tensor hidden = to_tensor(random_doubles(1, {40, 9}), dtype), weight = to_tensor(random_doubles(2, {33, 9}));
  want_gradient(hidden);
  want_gradient(weight);
  Tape tape;
  const Tensor loss = output_loss(hidden, weight, {}, targets, options).loss;
  tape.backward(loss);
  return {loss, gradient_of(hidden), gradient_of(weight)};
}

TEST(OutputLoss, OfATeacherThatIsSureOfTheTargetIsThePlainCrossEntropy) {
  const SoftTargets sure{random_ids(7, 40, 33).reshaped({40, 1}),
                         to_tensor(map(Doubles({40, 1}), [](double) { return 1.0; }))};
  for (const DType dtype : {DType::f32, DType::bf16}) {
    const auto plain = loss_and_gradients({}, dtype);
    for (const float weight : {0.0f, 0.5f, 1.0f}) {
      const auto softened = loss_and_gradients({.soft = sure, .soft_weight = weight}, dtype);
      for (size_t i = 0; i < plain.size(); ++i)
        EXPECT_TENSORS_NEAR(softened[i], plain[i], weight == 0 ? 0 : dtype == DType::f32 ? 1e-5 : 0.02) << weight;
    }
  }
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
