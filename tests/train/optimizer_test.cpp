// Steps of the optimizer on the small regression of tests/fixtures/torch/optimizers, whose gradients are computed here
// in double, so that only the optimizer is under test. (tests/lab/torch_case_test.cpp has it step beside PyTorch's.)
#include "naru/train/optimizer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "naru/train/orthogonalize.h"

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

TEST(Optimizer, MuonStepsMatricesAlongTheirOrthogonalizedMomentumAndAllElseAsAdamW) {
  const OptimizerConfig config{.optimizer = "muon", .weight_decay = 0.1, .momentum = 0.9, .clip_norm = 0};
  OptimizerConfig adamw = config;
  adamw.optimizer = "adamw";
  Regression problem, other;
  const Tensor table = Scope(problem.params).table("table", {3, 2}, ones());
  Optimizer optimizer(config, problem.params), twin(adamw, other.params);
  EXPECT_EQ(optimizer.state().size(), 1 + 3 * 2) << "a matrix has no variance";
  std::vector<double> momentum(12);
  for (int step = 1; step <= 3; ++step) {
    problem.gradients();
    other.gradients();
    const Tensor before = problem.W.clone(), gradient = gradient_of(problem.W).clone();
    Tensor direction(before.shape());
    for (int64_t i = 0; i < 12; ++i) {
      momentum[i] = 0.9 * momentum[i] + gradient.data()[i];
      direction.data()[i] = static_cast<float>(gradient.data()[i] + 0.9 * momentum[i]);
    }
    direction = orthogonalize(direction);
    optimizer.step(0.01, optimizer.gradient_norm());
    for (int64_t i = 0; i < 12; ++i)
      EXPECT_NEAR(problem.W.data()[i],
                  (1 - 0.01 * 0.1) * before.data()[i] - 0.01 * 0.2 * std::sqrt(4.0) * direction.data()[i], 1e-6);
    if (step > 1) continue;  // from here on the two problems differ in W
    twin.step(0.01, twin.gradient_norm());
    for (const char* name : {"b", "v"})
      EXPECT_TRUE(std::ranges::equal(problem.params.named().at(name).values(), other.params.named().at(name).values()));
    EXPECT_NEAR(table.data()[0], 1 - 0.01 * 0.1, 1e-6) << "decayed by AdamW, without a gradient";
  }
}

TEST(Optimizer, MuonStepsThePartsOfAFusedBlockApart) {
  Params fused(1), apart(1);
  const Tensor both = Scope(fused).rows({"q", "k"}, "weight", {3, 4}, xavier_uniform());
  const Tensor q = Scope(apart).param("q.weight", {3, 4}, xavier_uniform());
  const Tensor k = Scope(apart).param("k.weight", {3, 4}, xavier_uniform());
  Optimizer one({.optimizer = "muon"}, fused), two({.optimizer = "muon"}, apart);
  fused.complete_gradients();
  apart.complete_gradients();
  for (int64_t i = 0; i < 24; ++i) {
    const float number = std::sin(static_cast<float>(i * i));
    gradient_of(both).data()[i] = number;
    gradient_of(i < 12 ? q : k).data()[i % 12] = number;
  }
  one.step(0.01, 1);
  two.step(0.01, 1);
  EXPECT_TRUE(std::ranges::equal(both.rows(0, 3).values(), q.values()));
  EXPECT_TRUE(std::ranges::equal(both.rows(3, 6).values(), k.values()));
}

struct SavedState : ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Optimizer, SavedState, ::testing::Values("adam", "muon"));

TEST_P(SavedState, RestoredContinuesBitForBit) {
  const OptimizerConfig config{.optimizer = GetParam(), .average_decay = 0.9};
  Regression whole, resumed;
  Optimizer first(config, whole.params);
  for (int step = 0; step < 6; ++step) {
    whole.gradients();
    first.step(0.01, first.gradient_norm());
    if (step == 2) {
      for (const auto& [name, tensor] : whole.params.named())
        std::ranges::copy(tensor.values(), resumed.params.named().at(name).data());
      Optimizer second(config, resumed.params);
      const TensorSources state = first.state();
      second.restore([&](const std::string& name, const Tensor& into) {
        std::ranges::copy(state.at(name).make().values(), into.data());
      });
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

TEST(Optimizer, BucketsHoldEveryBlockOnceInOrderAndAMillionNumbersAtMostOrOneBlock) {
  Params params(1);
  const int64_t sizes[] = {400'000, 600'000, 1, 2'000'000, 3, 999'997};
  for (int i = 0; const int64_t size : sizes) Scope(params).param(fmt::format("w{}", ++i), {size}, zeros());
  std::vector<std::pair<size_t, size_t>> found;
  const Optimizer optimizer({}, params);
  for (const Bucket& bucket : optimizer.buckets()) found.emplace_back(bucket.begin, bucket.end);
  const std::vector<std::pair<size_t, size_t>> expected{{0, 2}, {2, 3}, {3, 4}, {4, 6}};
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace naru
