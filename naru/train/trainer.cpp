#include "naru/train/trainer.h"

#include <cmath>

#include "naru/base/profile.h"
#include "naru/ops/output_loss.h"
#include "naru/ops/precision.h"

namespace naru {

Trainer::Trainer(Model& model, const TrainConfig& config)
    : model_(model), config_(config), optimizer_(config.optimizer, model.params()) {
  NARU_CHECK(model.decoder(), "trainer: the model does not write");
}

StepResult Trainer::gradients(const Batch& batch, int64_t part_tokens, uint64_t step) {
  const Decoder& decoder = *model_.decoder();
  model_.params().clear_gradients();
  StepResult result{.target_tokens = batch.target_tokens()};
  const auto tokens = static_cast<double>(result.target_tokens);
  for (const Batch& part : split(batch, part_tokens)) {
    Tape tape({.seed = static_cast<uint64_t>(config_.seed),
               .step = step,
               .recompute = config_.recompute == "layers",
               .precision = config_.precision == "bf16" ? DType::bf16 : DType::f32});
    const auto state = decoder.start(part.source);
    const Tensor hidden = decoder.append(*state, part.target_in);  // [total, d]
    const Linear& output = decoder.output();
    const OutputLossResult loss = output_loss(
        to_precision(hidden), output.weight, output.bias, part.target_out,
        {.smoothing = static_cast<float>(config_.label_smoothing), .scale = static_cast<float>(1 / tokens)});
    tape.backward(loss.loss);
    result.loss += static_cast<double>(loss.loss.data()[0]);
    result.nll += loss.nll_sum / tokens;
  }
  result.gradient_norm = optimizer_.gradient_norm();
  result.finite = std::isfinite(result.loss) && std::isfinite(result.gradient_norm);
  return result;
}

StepResult Trainer::step(const Batch& batch, double learning_rate, int64_t part_tokens) {
  const StepResult result = gradients(batch, part_tokens, static_cast<uint64_t>(optimizer_.steps()) + 1);
  if (result.finite) optimizer_.step(learning_rate, result.gradient_norm);
  return result;
}

}  // namespace naru
