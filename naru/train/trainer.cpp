#include "naru/train/trainer.h"

#include <cmath>

#include "naru/base/float_mode.h"
#include "naru/base/profile.h"
#include "naru/base/random.h"
#include "naru/models/registry.h"
#include "naru/ops/precision.h"

namespace naru {
namespace {

WeightRounding rounding_of(const TrainConfig& config, Params& params) {
  if (config.quantize == "none") return {};
  return {params, matrix_dtype(config.quantize, config.quantize_group)};
}

}  // namespace

Trainer::Trainer(Model& model, const TrainConfig& config, const Ranks& ranks)
    : model_(model),
      config_(config),
      ranks_(ranks),
      optimizer_(config.optimizer, model.params(), config.storage(), ranks),
      rounding_(rounding_of(config, model.params())),
      gradient_sum_(ranks, model.params(), optimizer_) {
  NARU_CHECK(model.decoder(), "trainer: the model does not write");
}

StepResult Trainer::gradients(const Batch& batch, int64_t part_tokens, uint64_t step) {
  const FlushToZero flush;
  const auto rounded = rounded_weights();
  model_.params().clear_gradients();
  gradient_sum_.begin();
  const std::vector<Batch> parts = split(share_of(batch, ranks_.rank(), ranks_.count()), part_tokens);
  const double scale = 1 / static_cast<double>(batch.target_tokens());
  std::array<double, 2> sums{};  // of loss and nll, both per target token
  for (const Batch& part : parts) {
    const OutputLossOptions loss = loss_options(part, scale);
    Tape tape(tape_options(step));
    // A weight's gradient is whole when the last part has gone back through it.
    if (ranks_.count() > 1 && &part == &parts.back())
      tape.on_complete([&](const Variable& variable) { gradient_sum_.complete(variable); });
    add_gradients(part, tape, loss, sums);
  }
  model_.params().complete_gradients();
  gradient_sum_.finish();
  ranks_.sum(sums);
  StepResult result{.loss = sums[0], .nll = sums[1], .target_tokens = batch.target_tokens()};
  result.gradient_norm = optimizer_.gradient_norm();
  result.finite = std::isfinite(result.loss) && std::isfinite(result.gradient_norm);
  return result;
}

void Trainer::rehearse(const Batch& batch) {
  const FlushToZero flush;
  model_.params().clear_gradients();
  const OutputLossOptions loss = loss_options(batch, 1);
  Tape tape(tape_options(0));
  std::array<double, 2> sums{};
  add_gradients(batch, tape, loss, sums);
  model_.params().complete_gradients();
}

TapeOptions Trainer::tape_options(uint64_t step) const {
  return {.seed = static_cast<uint64_t>(config_.seed),
          .step = step,
          .recompute = config_.recompute == "layers",
          .precision = config_.storage()};
}

OutputLossOptions Trainer::loss_options(const Batch& part, double scale) const {
  return {.smoothing = static_cast<float>(config_.label_smoothing),
          .scale = static_cast<float>(scale),
          .soft = part.soft,
          .soft_weight = soft_weight_};
}

void Trainer::add_gradients(const Batch& part, Tape& tape, const OutputLossOptions& options,
                            std::array<double, 2>& sums) const {
  const Decoder& decoder = *model_.decoder();
  const auto state = decoder.start(part.source);
  if (wait_) decoder.limit(*state, wait_->reach(part, mix(tape.options().seed, tape.options().step)));
  const Tensor hidden = to_precision(decoder.append(*state, part.target_in));  // [total, d]
  const Linear& output = decoder.output();
  const OutputLossResult loss = output_loss(hidden, output.weight, output.bias, part.target_out, options);
  tape.backward(loss.loss);
  sums[0] += static_cast<double>(loss.loss.data()[0]);
  sums[1] += loss.nll_sum * static_cast<double>(options.scale);
}

StepResult Trainer::step(const Batch& batch, double learning_rate, int64_t part_tokens) {
  const FlushToZero flush;
  const StepResult result = gradients(batch, part_tokens, static_cast<uint64_t>(optimizer_.steps()) + 1);
  if (result.finite) optimizer_.step(learning_rate, result.gradient_norm);
  return result;
}

}  // namespace naru
