// What every architecture promises of its gradients and of training: a new one joins by its name in tiny_models.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "naru/base/threads.h"
#include "naru/ops/output_loss.h"
#include "naru/train/trainer.h"

#include "tests/models/every_model.h"

namespace naru {
namespace {

struct EveryModelInTraining : EveryModel {};

TEST_P(EveryModelInTraining, ADetachedStateLeavesTheEncoderWithoutAGradient) {
  const auto source_gradient = [&](bool detached) {
    model_->params().clear_gradients();
    Tape tape;
    const auto state = decoder_.start(Ragged::from(source_ids));
    if (detached) state->detach();
    const Tensor hidden = decoder_.append(*state, Ragged::from(target_ids));
    const Linear& output = decoder_.output();
    const Tensor wanted = Tensor::from(std::vector<int32_t>(10, 5), {10});
    tape.backward(output_loss(hidden, output.weight, output.bias, wanted).loss);
    model_->params().complete_gradients();
    double sum = 0;
    for (const auto& [name, weight] : model_->params().named())
      if (name.find("encoder.") != std::string::npos)
        for (const float slope : gradient_of(weight).values()) sum += std::abs(static_cast<double>(slope));
    return sum;
  };
  EXPECT_GT(source_gradient(false), 0);
  EXPECT_EQ(source_gradient(true), 0);
}

Batch small_batch() {
  return make_batch(std::vector<TokenPair>{{{3, 4, 5}, {5, 6}},
                                           {{6}, {7, 8, 9, 10}},
                                           {{7, 8}, {11}},
                                           {{9, 9}, {3, 3}},
                                           {{4, 12}, {13, 4}},
                                           {{10}, {14}},
                                           {{5, 5, 5}, {6, 6, 6}},
                                           {{2}, {21, 20}}},
                    {});
}

/// Along the gradient of each weight by itself the loss rises as fast as the gradient is long. Dropout included: the
/// same step drops the same numbers.
TEST_P(EveryModelInTraining, HasTheGradientOfItsLoss) {
  TrainConfig config;
  config.label_smoothing = 0;
  Trainer trainer(*model_, config);
  const Batch batch = small_batch();
  trainer.gradients(batch, 1000, 1);
  std::map<std::string, Tensor> gradients;
  for (const auto& [name, weight] : model_->params().named()) gradients.emplace(name, gradient_of(weight).clone());
  for (const auto& [name, weight] : model_->params().named()) {
    const Tensor& gradient = gradients.at(name);
    double squares = 0;
    for (const float slope : gradient.values()) squares += static_cast<double>(slope) * static_cast<double>(slope);
    const double length = std::sqrt(squares);
    const bool flat = length < 1e-4;  // zero in exact arithmetic: then no other direction may change the loss either
    constexpr double step = 5e-3;
    const double scale = std::sqrt(static_cast<double>(weight.size()));
    const auto loss_at = [&](double distance) {
      for (int64_t i = 0; i < weight.size(); ++i) {
        const double direction =
            flat ? std::cos(static_cast<double>(7 * i)) / scale : static_cast<double>(gradient.data()[i]) / length;
        weight.data()[i] += static_cast<float>(distance * direction);
      }
      model_->params().touch();
      return trainer.gradients(batch, 1000, 1).nll;
    };
    const double after = loss_at(step), before = loss_at(-2 * step);
    loss_at(step);
    EXPECT_NEAR((after - before) / (2 * step), flat ? 0 : length, 0.03 * length + 1e-3) << name;
  }
}

TEST_P(EveryModelInTraining, MatricesOfHiddenLayersAreNeitherTablesNorVectors) {
  for (const Tensor& block : model_->params().blocks())
    for (const Tensor& matrix : model_->params().matrices(block))
      for (const auto& [name, weight] : model_->params().named())
        if (weight.data() == matrix.data()) {
          EXPECT_EQ(name.find("embed_"), std::string::npos) << name;
          EXPECT_FALSE(name.ends_with("_embedding.weight") || name.starts_with("output.") ||
                       name.starts_with("lm_head") || name.starts_with("final_logits_bias"))
              << name;
          EXPECT_GT(weight.dim(0), 1) << name;
        }
}

constexpr const char* precisions[] = {"f32", "bf16"};

TEST_P(EveryModelInTraining, OverfitsEightPairs) {
  const Batch batch = small_batch();
  for (const char* precision : precisions) {
    TrainConfig config;
    config.label_smoothing = 0;
    config.precision = precision;
    const auto model = tiny_model(GetParam());
    Trainer trainer(*model, config);
    double nll = 0;
    for (int step = 0; step < 400; ++step) nll = trainer.step(batch, 5e-3, 1000).nll;
    EXPECT_LT(nll, 0.3) << precision;
  }
}

/// The numbers of all weights' gradients, one after the other.
std::vector<float> all_gradients(const Model& model) {
  std::vector<float> all;
  for (const auto& [name, weight] : model.params().named()) {
    const auto values = gradient_of(weight).values();
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

TEST_P(EveryModelInTraining, InMixedPrecisionTheGradientIsThatOfF32ButForRounding) {
  std::vector<std::vector<float>> gradients;
  std::vector<double> losses;
  for (const char* precision : precisions) {
    TrainConfig config;
    config.precision = precision;
    losses.push_back(Trainer(*model_, config).gradients(small_batch(), 1000, 1).loss);
    gradients.push_back(all_gradients(*model_));
  }
  EXPECT_NE(losses[0], losses[1]);
  EXPECT_NEAR(losses[0], losses[1], 0.01 * losses[0]);
  double difference = 0, whole = 0;
  for (size_t i = 0; i < gradients[0].size(); ++i) {
    const double exact = static_cast<double>(gradients[0][i]), error = static_cast<double>(gradients[1][i]) - exact;
    difference += error * error;
    whole += exact * exact;
  }
  EXPECT_LT(std::sqrt(difference / whole), 0.1);  // rounding switches a ReLU or two: 0.06; else below 0.02
}

TEST_P(EveryModelInTraining, SplittingABatchChangesTheGradientByRoundingOnly) {
  const Batch batch = small_batch();
  Trainer trainer(*model_, {});
  const StepResult whole = trainer.gradients(batch, 1000, 1);
  std::map<std::string, std::vector<float>> gradients;
  for (const auto& [name, weight] : model_->params().named()) {
    const auto values = gradient_of(weight).values();
    gradients[name] = {values.begin(), values.end()};
  }
  const StepResult parts = trainer.gradients(batch, 5, 1);
  EXPECT_NEAR(parts.loss, whole.loss, 1e-5);  // dropout included: its counter knows each sentence
  for (const auto& [name, weight] : model_->params().named()) {
    const auto values = gradient_of(weight).values();
    for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], gradients[name][i], 2e-5) << name << " " << i;
  }
}

TEST_P(EveryModelInTraining, RecomputingItsLayersChangesNoBitOfTheGradient) {
  for (const char* precision : precisions) {
    std::vector<std::vector<float>> results;
    for (const char* recompute : {"none", "layers"}) {
      TrainConfig config;
      config.recompute = recompute;
      config.precision = precision;
      Trainer(*model_, config).gradients(small_batch(), 1000, 1);
      results.push_back(all_gradients(*model_));
    }
    EXPECT_EQ(results[0], results[1]) << precision;
  }
}

TEST_P(EveryModelInTraining, WeightsAfterTrainingAreTheSameForEveryNumberOfThreads) {
  const int before = threads();
  for (const char* precision : precisions) {
    std::vector<std::vector<float>> results;
    for (const int count : {1, 3}) {
      set_threads(count);
      TrainConfig config;
      config.precision = precision;
      const auto model = tiny_model(GetParam());
      Trainer trainer(*model, config);
      for (int step = 0; step < 3; ++step) trainer.step(small_batch(), 1e-3, 1000);
      std::vector<float> all;
      for (const Tensor& block : model->params().blocks())
        all.insert(all.end(), block.values().begin(), block.values().end());
      results.push_back(all);
    }
    EXPECT_EQ(results[0], results[1]) << precision;
  }
  set_threads(before);
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryModelInTraining, ::testing::ValuesIn(tiny_model_names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace naru
