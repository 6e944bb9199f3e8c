// Which learning rate suits a model and a corpus: short trainings that differ in nothing else.
#include <algorithm>
#include <cmath>
#include <limits>

#include "naru/base/log.h"
#include "naru/train/training_run.h"

namespace naru {

/// ∞ where it diverges or is stopped.
double TrainingRun::trial_loss(double rate, int64_t steps, const std::atomic<bool>& stop) {
  constexpr double none = std::numeric_limits<double>::infinity();
  resume();  // the checkpoint of the beginning
  const ScheduleConfig schedule{
      .schedule = "cosine", .learning_rate = rate, .warmup = std::max<int64_t>(1, steps / 10), .final_rate = 0};
  const int64_t last_batches = std::max<int64_t>(1, steps / 5);
  double sum = 0;
  for (int64_t step = 1; step <= steps; ++step) {
    const double progress = static_cast<double>(step - schedule.warmup) / static_cast<double>(steps - schedule.warmup);
    const StepResult result = trainer_->step(batches_->next(), learning_rate(schedule, step, progress), part_tokens_);
    if (!result.finite || stopped(stop)) return none;
    if (step > steps - last_batches) sum += result.nll;
  }
  double loss = sum / static_cast<double>(last_batches);
  if (validation_ && ranks_.first()) loss = validation_->measure(*model_, false).at("dev_loss");
  ranks_.hand_out(std::span(&loss, 1));
  return std::isfinite(loss) ? loss : none;
}

std::vector<RateTrial> TrainingRun::find_learning_rate(int64_t steps, const std::atomic<bool>& stop) {
  if (step_ > 0)
    fail("{}: is at step {} already; name a new folder to look for its learning rate", spec_.folder.string(), step_);
  std::vector<RateTrial> trials;
  if (!hear_teacher(stop)) return trials;
  const auto better_than_before = [&](double rate) {
    const double loss = trial_loss(rate, steps, stop);
    if (stopped(stop)) return false;
    const bool better = std::ranges::all_of(trials, [&](const RateTrial& trial) { return loss < trial.loss; });
    trials.push_back({rate, loss});
    NARU_LOG(info, "learning_rate={:g}: loss {:.4f} after {} steps", rate, loss, steps);
    return better;
  };
  const double planned = settings_.train.schedule.learning_rate;
  better_than_before(planned);
  bool rises = false;
  for (double rate = 2 * planned; better_than_before(rate); rate *= 2) rises = true;
  constexpr double least = 1.0 / 1024;  // of the planned one
  for (double rate = planned / 2; !rises && rate > least * planned; rate /= 2)
    if (!better_than_before(rate) && std::isfinite(trials.back().loss)) break;
  resume();
  std::ranges::sort(trials, {}, &RateTrial::rate);
  return trials;
}

}  // namespace naru
