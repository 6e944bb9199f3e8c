#include "naru/train/optimizer.h"

#include <algorithm>
#include <cmath>

#include "naru/ops/cpu/elementwise.h"
#include "naru/ops/cpu/reduce.h"
#include "naru/train/orthogonalize.h"

namespace naru {

Optimizer::Optimizer(const OptimizerConfig& config, Params& params) : config_(config), params_(&params) {
  for (const Tensor& block : params.blocks()) {
    const auto state = [&] { return Tensor::zeros(block.shape(), DType::f32, Purpose::optimizer); };
    const std::vector<Tensor> matrices = config.optimizer == "muon" ? params.matrices(block) : std::vector<Tensor>();
    for (const Tensor& matrix : matrices) matrices_.push_back({slots_.size(), matrix});
    Slot& slot = slots_.emplace_back();
    slot.mean = state();
    if (matrices.empty()) slot.variance = state();
    if (averages()) slot.average = block.clone(Purpose::optimizer);
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
                                .decoupled = config_.optimizer != "adam",
                                .gradient_scale = static_cast<float>(clip),
                                .average_decay = static_cast<float>(average_decay)};
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Tensor& block = params_->blocks()[i];
    const Slot& slot = slots_[i];
    if (slot.variance)
      cpu::adam(constants, block.data(), gradient_of(block).data(), slot.mean.data(), slot.variance.data(),
                slot.average ? slot.average.data() : nullptr, block.size());
  }
  for (const Matrix& matrix : matrices_) step_matrix(matrix, constants);
  params_->touch();
  params_->clear_gradients();
}

void Optimizer::step_matrix(const Matrix& matrix, const cpu::AdamStep& constants) const {
  const Slot& slot = slots_[matrix.slot];
  const Tensor& weight = matrix.weight;
  const int64_t first = weight.data() - params_->blocks()[matrix.slot].data(), size = weight.size();
  const auto momentum = static_cast<float>(config_.momentum);
  const float clip = constants.gradient_scale, rate = constants.learning_rate;
  const Tensor gradient = gradient_of(weight);
  float* mean = slot.mean.data() + first;
  cpu::weighted_sum(momentum, mean, clip, gradient.data(), mean, size);
  Tensor direction(weight.shape(), DType::f32, Purpose::workspace);
  cpu::weighted_sum(clip, gradient.data(), momentum, mean, direction.data(), size);
  direction = orthogonalize(std::move(direction));
  const auto longest = static_cast<float>(std::max(weight.dim(0), weight.dim(1)));
  cpu::weighted_sum(1 - rate * constants.decay, weight.data(), -rate * 0.2f * std::sqrt(longest), direction.data(),
                    weight.data(), size);
  if (!slot.average) return;
  float* average = slot.average.data() + first;
  cpu::weighted_sum(constants.average_decay, average, 1 - constants.average_decay, weight.data(), average, size);
}

NamedTensors Optimizer::state() const {
  NamedTensors tensors;
  for (size_t i = 0; i < slots_.size(); ++i) {
    const std::string index = fmt::format("{:04}", i);
    tensors["mean." + index] = slots_[i].mean;
    if (slots_[i].variance) tensors["variance." + index] = slots_[i].variance;
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
