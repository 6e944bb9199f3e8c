// Ten steps of each optimizer against PyTorch's (tests/fixtures/torch/optimizers): gradients of the small regression
// are computed here in double, so that only the optimizer is under test.
#include "naru/train/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

namespace naru {
namespace {

struct Regression {
  SafetensorsFile file{NARU_SOURCE_DIR "/tests/fixtures/torch/optimizers/data.safetensors"};
  Params params{1};
  Tensor W, b, v, x, y;  // [4, 3], [4], [4], [8, 3], [8]

  Regression() {
    const auto from_file = [&](const char* name) {
      const Tensor stored = file.tensor(std::string("w.") + name);
      const Tensor weight = Scope(params).param(name, stored.shape(), zeros());
      std::ranges::copy(stored.values(), weight.data());
      return weight;
    };
    W = from_file("W"), b = from_file("b"), v = from_file("v");
    x = file.tensor("in.x"), y = file.tensor("in.y");
  }

  /// loss = mean((tanh(x Wᵀ + b) v - y)²); writes the gradients and returns the loss.
  double gradients() const {
    params.clear_gradients();
    params.complete_gradients();
    float *dW = gradient_of(W).data(), *db = gradient_of(b).data(), *dv = gradient_of(v).data();
    double loss = 0;
    for (int i = 0; i < 8; ++i) {
      double h[4], output = 0;
      for (int j = 0; j < 4; ++j) {
        double sum = b.data()[j];
        for (int k = 0; k < 3; ++k) sum += x.data()[3 * i + k] * W.data()[3 * j + k];
        output += (h[j] = std::tanh(sum)) * v.data()[j];
      }
      const double error = output - y.data()[i];
      loss += error * error / 8;
      for (int j = 0; j < 4; ++j) {
        dv[j] += static_cast<float>(error / 4 * h[j]);
        const double inner = error / 4 * v.data()[j] * (1 - h[j] * h[j]);
        db[j] += static_cast<float>(inner);
        for (int k = 0; k < 3; ++k) dW[3 * j + k] += static_cast<float>(inner * x.data()[3 * i + k]);
      }
    }
    return loss;
  }
};

void expect_torch(const std::string& name, const OptimizerConfig& config) {
  Regression problem;
  Optimizer optimizer(config, problem.params);
  for (int step = 1; step <= 10; ++step) {
    EXPECT_NEAR(problem.gradients(), problem.file.tensor(name + ".loss").data()[step - 1], 1e-5)
        << name << " step " << step;
    const double norm = optimizer.gradient_norm();
    if (name == "adam_clip") {
      EXPECT_NEAR(norm, problem.file.tensor("adam_clip.gnorm").data()[step - 1], 1e-5);
    }
    optimizer.step(0.01, norm);
    if (step != 1 && step != 2 && step != 10) continue;
    for (const auto& [weight, tensor] : {std::pair{"W", problem.W}, {"b", problem.b}, {"v", problem.v}}) {
      const Tensor expected = problem.file.tensor(fmt::format("{}.{}.{}", name, weight, step));
      for (int64_t i = 0; i < tensor.size(); ++i)
        EXPECT_NEAR(tensor.data()[i], expected.data()[i], 2e-5) << name << " " << weight << " step " << step;
    }
  }
}

TEST(Optimizer, AdamAndAdamWStepAsPyTorchDoes) {
  const OptimizerConfig plain{.beta2 = 0.999, .epsilon = 1e-8, .clip_norm = 0};
  expect_torch("adam", plain);
  OptimizerConfig decayed = plain;
  decayed.weight_decay = 0.1;
  decayed.beta2 = 0.98;
  decayed.epsilon = 1e-9;
  expect_torch("adam_wd", decayed);
  OptimizerConfig decoupled = plain;
  decoupled.optimizer = "adamw";
  decoupled.weight_decay = 0.1;
  expect_torch("adamw", decoupled);
}

TEST(Optimizer, ClippingByGlobalNormIsPyTorchs) {
  expect_torch("adam_clip", {.beta2 = 0.999, .epsilon = 1e-8, .clip_norm = 0.1});
}

TEST(Optimizer, StateSavedAndRestoredContinuesBitForBit) {
  const OptimizerConfig config{.average_decay = 0.9};
  Regression whole, resumed;
  Optimizer first(config, whole.params);
  for (int step = 0; step < 6; ++step) {
    whole.gradients();
    first.step(0.01, first.gradient_norm());
    if (step == 2) {
      for (const auto& [name, tensor] : whole.params.named())
        std::ranges::copy(tensor.values(), resumed.params.named().at(name).data());
      Optimizer second(config, resumed.params);
      for (const auto& [name, tensor] : first.state())
        std::ranges::copy(tensor.values(), second.state().at(name).data());
      second.set_steps(first.steps());
      for (int more = 0; more < 3; ++more) {
        resumed.gradients();
        second.step(0.01, second.gradient_norm());
      }
      second.swap_average();
    }
  }
  first.swap_average();
  for (const auto& [name, tensor] : whole.params.named())
    EXPECT_TRUE(std::ranges::equal(tensor.values(), resumed.params.named().at(name).values())) << name;
}

TEST(Optimizer, TheMovingAverageFollowsTheWeights) {
  Regression problem;
  Optimizer optimizer({.average_decay = 0.5}, problem.params);
  const float start = problem.W.data()[0];
  problem.gradients();
  optimizer.step(0.01, optimizer.gradient_norm());
  const float weight = problem.W.data()[0];
  optimizer.swap_average();
  // After the first step the decay is (1 + 1) / (10 + 1).
  EXPECT_NEAR(problem.W.data()[0], start + (1 - 2.0 / 11) * (weight - start), 1e-6);
  optimizer.swap_average();
  EXPECT_EQ(problem.W.data()[0], weight);
}

}  // namespace
}  // namespace naru
