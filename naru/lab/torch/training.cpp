// Ten steps of an optimizer on a small regression; learning rates.
#include <cmath>

#include "naru/lab/torch/case_tensors.h"
#include "naru/ops/linear.h"
#include "naru/tensor/tape.h"
#include "naru/train/optimizer.h"
#include "naru/train/schedule.h"

namespace naru {
namespace {

/// loss = mean((tanh(x Wᵀ + b) v - y)²)
struct Regression {
  Params params{1};
  Tensor W, b, v;  // [4, 3], [4], [1, 4]
  Tensor x, y;     // [8, 3], [8]

  explicit Regression(const CaseTensors& tensors) : x(tensors["in.x"]), y(tensors["in.y"]) {
    const auto from_case = [&](const std::string& name, const Shape& shape) {
      const Tensor weight = Scope(params).param(name, shape, zeros());
      std::ranges::copy(tensors["w." + name].values(), weight.data());
      return weight;
    };
    W = from_case("W", tensors["w.W"].shape());
    b = from_case("b", tensors["w.b"].shape());
    v = from_case("v", {1, tensors["w.v"].size()});
  }
  /// Makes the gradients.
  float loss() const {
    Tape tape;
    const Tensor output = linear(linear(x, W, b, {.activation = Activation::tanh}), v);
    const Tensor gradient = Tensor::like(output);
    double squares = 0;
    const auto count = static_cast<double>(y.size());
    for (int64_t i = 0; i < y.size(); ++i) {
      const double error = double{output.data()[i]} - y.data()[i];
      squares += error * error;
      gradient.data()[i] = static_cast<float>(2 * error / count);
    }
    tape.backward({output}, {gradient});
    return static_cast<float>(squares / count);
  }
};

void compute_optimizer(CaseTensors& tensors, const std::string& name, const OptimizerConfig& config) {
  const int64_t steps = tensors[name + ".loss"].size();
  Regression problem(tensors);
  Optimizer optimizer(config, problem.params);
  const Tensor losses({steps}), norms({steps});
  for (int64_t step = 1; step <= steps; ++step) {
    losses.data()[step - 1] = problem.loss();
    const double norm = optimizer.gradient_norm();
    norms.data()[step - 1] = static_cast<float>(norm);
    optimizer.step(0.01, norm);
    for (const auto& [weight, tensor] : {std::pair{"W", problem.W}, {"b", problem.b}, {"v", problem.v}})
      if (const std::string stored = fmt::format("{}.{}.{}", name, weight, step); tensors.has(stored))
        tensors.compare(stored, tensor);
  }
  tensors.compare(name + ".loss", losses);
  if (config.clip_norm > 0) tensors.compare(name + ".gnorm", norms);
}

}  // namespace

void compute_optimizers(CaseTensors& tensors) {
  const OptimizerConfig plain{.beta2 = 0.999, .epsilon = 1e-8, .clip_norm = 0};
  OptimizerConfig decayed{.beta2 = 0.98, .epsilon = 1e-9, .weight_decay = 0.1, .clip_norm = 0};
  OptimizerConfig decoupled = plain, clipped = plain;
  decoupled.optimizer = "adamw", decoupled.weight_decay = 0.1;
  clipped.clip_norm = 0.1;
  compute_optimizer(tensors, "adam", plain);
  compute_optimizer(tensors, "adam_wd", decayed);
  compute_optimizer(tensors, "adamw", decoupled);
  compute_optimizer(tensors, "adam_clip", clipped);
}

/// The paper's schedule begins with step 1. fairseq's warm-up begins at 1e-7, naru's at 0: compared from its end on.
/// Behind its end transformers' cosine rises again; naru's stays where it is.
void compute_schedules(CaseTensors& tensors) {
  const Tensor steps = tensors["in.steps"];
  const auto compare = [&](const std::string& name, const ScheduleConfig& config, int64_t planned, int64_t first,
                           int64_t last) {
    const Tensor rates({steps.size()});
    for (int64_t i = 0; i < steps.size(); ++i) {
      const int64_t step = steps.data<int64_t>()[i];
      const double progress = static_cast<double>(step - config.warmup) / static_cast<double>(planned - config.warmup);
      rates.data()[i] = static_cast<float>(learning_rate(config, step, std::min(1.0, progress)));
    }
    tensors.compare(name, rates, {.relative = true, .counts = [&](int64_t i) {
                                    const int64_t step = steps.data<int64_t>()[i];
                                    return first <= step && step <= last;
                                  }});
  };
  constexpr int64_t never = 1'000'000'000;
  const auto paper = [](double width, int64_t warmup) {
    return ScheduleConfig{.schedule = "inverse_sqrt",
                          .learning_rate = std::pow(width * static_cast<double>(warmup), -0.5),
                          .warmup = warmup};
  };
  compare("out.noam_d512_w4000", paper(512, 4000), never, 1, never);
  compare("out.noam_d32_w10", paper(32, 10), never, 1, never);
  compare("out.inv_sqrt_lr5e-4_w4000", {.schedule = "inverse_sqrt", .learning_rate = 5e-4, .warmup = 4000}, never, 4000,
          never);
  compare("out.linear_w100_t1000", {.schedule = "linear", .learning_rate = 1, .warmup = 100}, 1000, 0, never);
  compare("out.cosine_w100_t1000", {.schedule = "cosine", .learning_rate = 1, .warmup = 100}, 1000, 0, 1000);
}

}  // namespace naru
