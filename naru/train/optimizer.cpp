#include "naru/train/optimizer.h"

#include <algorithm>
#include <cmath>

#include "naru/ops/cpu/adam.h"
#include "naru/ops/cpu/reduce.h"

namespace naru {

Optimizer::Optimizer(const OptimizerConfig& config, Params& params) : config_(config), params_(&params) {
  for (const Tensor& block : params.blocks()) {
    slots_.push_back({Tensor::zeros(block.shape(), DType::f32, Purpose::optimizer),
                      Tensor::zeros(block.shape(), DType::f32, Purpose::optimizer),
                      averages() ? block.clone(Purpose::optimizer) : Tensor()});
  }
}

double Optimizer::gradient_norm() const {
  params_->complete_gradients();
  double squares = 0;
  for (const Tensor& block : params_->blocks()) {
    const Tensor gradient = gradient_of(block);
    squares += cpu::sum_of_squares(gradient.data(), gradient.size());
  }
  return std::sqrt(squares);
}

void Optimizer::step(double learning_rate, double norm) {
  const Profiled profiled("optimizer");
  ++steps_;
  const double clip = config_.clip_norm > 0 && norm > config_.clip_norm ? config_.clip_norm / norm : 1;
  // A young average follows the weights quickly: decay (1 + step) / (10 + step) until it reaches the one asked for.
  const auto count = static_cast<double>(steps_);
  const double average_decay = std::min(config_.average_decay, (1 + count) / (10 + count));
  const cpu::AdamStep constants{.learning_rate = static_cast<float>(learning_rate),
                                .beta1 = static_cast<float>(config_.beta1),
                                .beta2 = static_cast<float>(config_.beta2),
                                .epsilon = static_cast<float>(config_.epsilon),
                                .correction1 = static_cast<float>(1 - std::pow(config_.beta1, count)),
                                .correction2 = static_cast<float>(1 - std::pow(config_.beta2, count)),
                                .decay = static_cast<float>(config_.weight_decay),
                                .decoupled = config_.optimizer == "adamw",
                                .gradient_scale = static_cast<float>(clip),
                                .average_decay = static_cast<float>(average_decay)};
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Tensor& block = params_->blocks()[i];
    const Slot& slot = slots_[i];
    cpu::adam(constants, block.data(), gradient_of(block).data(), slot.mean.data(), slot.variance.data(),
              slot.average ? slot.average.data() : nullptr, block.size());
  }
  params_->touch();
  params_->clear_gradients();
}

NamedTensors Optimizer::state() const {
  NamedTensors tensors;
  for (size_t i = 0; i < slots_.size(); ++i) {
    const std::string index = fmt::format("{:04}", i);
    tensors["mean." + index] = slots_[i].mean;
    tensors["variance." + index] = slots_[i].variance;
    if (slots_[i].average) tensors["average." + index] = slots_[i].average;
  }
  return tensors;
}

void Optimizer::swap_average() {
  for (size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].average) std::ranges::swap_ranges(slots_[i].average.values(), params_->blocks()[i].values());
  params_->touch();
}

}  // namespace naru
