// The loop, and what a checkpoint remembers. How a folder is made: training_folder.cpp.
#include "naru/train/training_run.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "naru/base/file.h"
#include "naru/base/log.h"
#include "naru/evaluate/golden.h"
#include "naru/nn/average.h"
#include "naru/train/stored_distributions.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

/// While one lives the moving average stands in place of the weights, where there is one.
class AveragedWeights {
 public:
  explicit AveragedWeights(Optimizer& optimizer) : optimizer_(optimizer) { optimizer_.swap_average(); }
  ~AveragedWeights() { optimizer_.swap_average(); }
  AveragedWeights(const AveragedWeights&) = delete;
  AveragedWeights& operator=(const AveragedWeights&) = delete;

 private:
  Optimizer& optimizer_;
};

/// A loss far above its running mean: more than an unlucky batch.
bool exploded(double loss, double mean, int64_t step) { return step > 100 && loss > 2 * mean + 2; }

}  // namespace

void TrainingRun::run(const std::atomic<bool>& stop) {
  if (!at_end() && hear_teacher(stop))
    while (!at_end() && !stopped(stop)) one_step();
  finish();
}

/// From here on batches come with the teacher's distributions, where there is one. False: stopped before all were
/// there.
bool TrainingRun::hear_teacher(const std::atomic<bool>& stop) {
  if (!spec_.teaching || distributions_) return true;
  StoredDistributions stored({.folder = spec_.folder / "distilled" / "distributions",
                              .teaching = *spec_.teaching,
                              .tokenizers = tokenizers_,
                              .marks = marks_of(vocabulary_of(settings_.model)),
                              .fresh = spec_.fresh},
                             *corpus_);
  if (!stored.make(stop)) return false;
  distributions_.emplace(stored.file());
  batches_->soften(*distributions_);
  return true;
}

/// Whether any rank was asked to stop.
bool TrainingRun::stopped(const std::atomic<bool>& stop) const {
  double asked = stop ? 1 : 0;
  ranks_.sum(std::span(&asked, 1));
  return asked > 0;
}

/// By the clock of the first rank.
void TrainingRun::add_active_seconds(double seconds) {
  active_seconds_ += seconds;
  ranks_.hand_out(std::span(&active_seconds_, 1));
}

/// Target tokens whose gradients make one step, over all ranks.
int64_t TrainingRun::step_tokens() const { return settings_.train.step_tokens() * ranks_.count(); }

void TrainingRun::run_for(double seconds) {
  const auto begin = Clock::now();
  do one_step();
  while (!at_end() && since(begin) < seconds);
}

TrainingStatus TrainingRun::status() const {
  return {.step = step_,
          .epoch = batches_->position().epoch,
          .target_tokens = target_tokens_,
          .active_seconds = active_seconds_,
          .finished = at_end()};
}

int64_t TrainingRun::state_bytes() const { return 2 * model_->params().bytes() + trainer_->optimizer().state_bytes(); }

std::vector<Translation> TrainingRun::translate(const std::vector<std::string>& lines,
                                                const TranslationOptions& options) {
  const AveragedWeights averaged(trainer_->optimizer());
  const Direction forward = directions_of(tokenizers_)[0];
  return Translator(*model_, *forward.source, *forward.target).translate(lines, options);
}

bool TrainingRun::at_end() const {
  const TrainConfig& train = settings_.train;
  return (train.max_steps > 0 && step_ >= train.max_steps) ||
         (train.max_epochs > 0 && batches_->position().epoch >= train.max_epochs) ||
         (train.max_minutes > 0 && active_seconds_ >= 60 * train.max_minutes) ||
         (train.patience > 0 && validations_since_best_ >= train.patience);
}

double TrainingRun::share_done() const {
  const TrainConfig& train = settings_.train;
  const double steps = train.max_steps > 0 ? static_cast<double>(step_) / static_cast<double>(train.max_steps) : 0;
  return std::min(std::max(steps, share_without_steps()), 1.0);
}

double TrainingRun::share_without_steps() const {
  const TrainConfig& train = settings_.train;
  double share = 0;
  if (train.max_epochs > 0) {
    const double epochs =
        static_cast<double>(batches_->position().epoch) +
        static_cast<double>(batches_->position().pairs) / static_cast<double>(corpus_->counts().pairs);
    share = std::max(share, epochs / static_cast<double>(train.max_epochs));
  }
  if (train.max_minutes > 0) share = std::max(share, active_seconds_ / (60 * train.max_minutes));
  return share;
}

double TrainingRun::next_learning_rate() const {
  const ScheduleConfig& schedule = settings_.train.schedule;
  double progress = share_done();
  if (const int64_t steps = settings_.train.max_steps; steps > schedule.warmup)
    progress = std::max(share_without_steps(), static_cast<double>(step_ + 1 - schedule.warmup) /
                                                   static_cast<double>(steps - schedule.warmup));
  return rate_scale_ * learning_rate(schedule, step_ + 1, progress);
}

void TrainingRun::one_step() {
  const auto begin = Clock::now();
  const double rate = next_learning_rate();
  const StepResult result = trainer_->step(batches_->next(), rate, part_tokens_);
  if (!result.finite || exploded(result.loss, mean_loss_, step_)) return recover(result);
  ++step_;
  target_tokens_ += result.target_tokens;
  const double fresh = std::max(0.01, 1 / static_cast<double>(step_));
  mean_loss_ += fresh * (result.loss - mean_loss_);
  HistoryRow row{.step = step_,
                 .epoch = batches_->position().epoch,
                 .target_tokens = result.target_tokens,
                 .loss = result.loss,
                 .learning_rate = rate,
                 .gradient_norm = result.gradient_norm,
                 .seconds = since(begin),
                 .validation = {}};
  add_active_seconds(row.seconds);
  const auto after_step = Clock::now();
  if (validation_ && (step_ % settings_.train.validate_every == 0 || at_end())) validate(row);
  if (history_) history_->add(row);
  if (step_ % settings_.train.checkpoint_every == 0) save_checkpoint();
  add_active_seconds(since(after_step));
  if (!ranks_.first()) return;
  progress_.show({.step = step_,
                  .epoch = row.epoch,
                  .target_tokens = result.target_tokens,
                  .loss = result.loss,
                  .nll = result.nll,
                  .learning_rate = rate,
                  .step_seconds = row.seconds,
                  .share_done = share_done(),
                  .active_seconds = active_seconds_});
}

/// Back to the last good checkpoint at half the rate; the second time is the end.
void TrainingRun::recover(const StepResult& result) {
  const std::string what = result.finite
                               ? fmt::format("the loss rose to {:.2f} from a mean of {:.2f}", result.loss, mean_loss_)
                               : "the loss or the gradient is not a finite number";
  if (recoveries_ > 0)
    fail("training: at step {} {}, for the second time; lower --set learning_rate={} or check the data", step_ + 1,
         what, settings_.train.schedule.learning_rate);
  const double scale = rate_scale_ / 2, seconds = active_seconds_, best = best_;
  const bool had_best = has_best_;
  const int64_t failed = step_ + 1;
  if (!resume()) fail("training: at step {} {}, and there is no whole checkpoint to go back to", failed, what);
  rate_scale_ = scale;
  recoveries_ = 1;
  active_seconds_ = seconds;  // the lost ones were spent as well
  best_ = best;               // that model stands in the folder
  has_best_ = had_best;
  NARU_LOG(warning, "at step {} {}: back to step {} with half the learning rate", failed, what, step_);
}

void TrainingRun::validate(HistoryRow& row) {
  const AveragedWeights averaged(trainer_->optimizer());
  const std::string& by = settings_.train.validate_by;
  double value = 0;
  if (ranks_.first()) {
    const auto rounded = trainer_->rounded_weights();  // what is saved is exact
    row.validation = validation_->measure(*model_, by != "loss");
    value = by == "loss" ? -row.validation.at("dev_loss") : row.validation.at(by);
  }
  ranks_.hand_out(std::span(&value, 1));
  const bool better = std::isfinite(value) && !(has_best_ && value <= best_);
  std::string found;
  for (const auto& [name, score] : row.validation) found += fmt::format(" {} {:.3f}", name, score);
  NARU_LOG(info, "{}step {}:{}{}", spec_.name.empty() ? "" : spec_.name + " ", step_, found,
           better ? ", the best so far" : "");
  validations_since_best_ = better ? 0 : validations_since_best_ + 1;
  if (!better) return;
  best_ = value;
  has_best_ = true;
  if (ranks_.first()) save_model(spec_.folder, *model_);
}

void TrainingRun::finish() {
  log_progress_done();
  if (step_ != last_saved_step_) save_checkpoint();
  save_at_end();
  ranks_.wait();  // the others see the model too
}

void TrainingRun::save_at_end() {
  const auto average_last = static_cast<size_t>(settings_.train.average_last);
  if (average_last > 0) {
    if (!ranks_.first()) return;
    auto stored = checkpoints_.newest(average_last);
    if (stored.size() > 1 && stored.back().step() == 0) stored.pop_back();
    model_->params().release_gradients();  // a second model takes their place
    std::vector<StoredWeights> models;
    for (const StoredCheckpoint& checkpoint : stored) models.push_back({&checkpoint.file(), "weight."});
    save_model(spec_.folder, *build(settings_.model, Params(average(models), spec_.folder / "checkpoints")));
    return;
  }
  double saved = fs::exists(spec_.folder / "model.safetensors") ? 1 : 0;
  ranks_.hand_out(std::span(&saved, 1));
  if (!validation_ || saved == 0) save_current_model();  // stopped before its first validation
}

/// With the moving average, where there is one.
void TrainingRun::save_current_model() {
  const AveragedWeights averaged(trainer_->optimizer());
  if (ranks_.first()) save_model(spec_.folder, *model_);
}

/// The optimizer's and the weights.
TensorSources TrainingRun::checkpoint_tensors() const {
  TensorSources tensors = trainer_->optimizer().state();
  for (const auto& [name, tensor] : model_->params().named()) tensors.emplace("weight." + name, tensor);
  return tensors;
}

void TrainingRun::save_checkpoint() {
  Checkpoint checkpoint{.step = step_, .tensors = checkpoint_tensors(), .facts = {}};
  if (ranks_.first()) {
    write_checkpoint(checkpoint);
  } else {
    for (const auto& [name, tensor] : checkpoint.tensors) tensor.make();  // the first one collects it
  }
  last_saved_step_ = step_;
  if (!validation_) save_current_model();
}

void TrainingRun::write_checkpoint(Checkpoint& checkpoint) {
  const BatchPosition& position = batches_->position();
  checkpoint.facts = {
      {"corpus", corpus_->identity()},
      {"batch_tokens", std::to_string(step_tokens())},
      {"position", fmt::format("{} {} {} {}", position.epoch, position.window, position.batch, position.pairs)},
      {"optimizer_steps", std::to_string(trainer_->optimizer().steps())},
      {"active_seconds", fmt::format("{}", active_seconds_)},
      {"rate_scale", fmt::format("{}", rate_scale_)},
      {"recoveries", std::to_string(recoveries_)},
      {"mean_loss", fmt::format("{}", mean_loss_)},
      {"best", has_best_ ? fmt::format("{}", best_) : ""},
      {"best_of", best_of_},
      {"teacher", spec_.teaching ? spec_.teaching->name : ""},
      {"validations_since_best", std::to_string(validations_since_best_)}};
  history_->flush();
  checkpoints_.save(checkpoint);
  // One that an interruption left between two regular ones: without it the same stand as in an uninterrupted run.
  if (last_saved_step_ > 0 && last_saved_step_ != step_ && last_saved_step_ % settings_.train.checkpoint_every != 0)
    checkpoints_.remove(last_saved_step_);
  checkpoints_.prune(std::max(settings_.train.keep_checkpoints, settings_.train.average_last));
}

bool TrainingRun::resume() {
  // One that is damaged is set aside by the first rank before the others look.
  if (!ranks_.first()) ranks_.wait();
  const auto newest = checkpoints_.newest(1);
  if (ranks_.first()) ranks_.wait();
  if (newest.empty()) return false;
  restore(newest[0]);
  return true;
}

void TrainingRun::restore(const StoredCheckpoint& checkpoint) {
  const std::string place = fmt::format("{}: the checkpoint of step {}", spec_.folder.string(), checkpoint.step());
  const auto fact = [&](const char* name) {
    const auto found = checkpoint.facts().find(name);
    if (found == checkpoint.facts().end()) fail("{} lacks '{}'; --fresh starts over", place, name);
    return found->second;
  };
  const auto number = [&](const char* name) {
    const std::string text = fact(name);
    double value = 0;  // read the same whatever the program's locale is
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc())
      fail("{}: '{}' is not a number but '{}'; --fresh starts over", place, name, text);
    return value;
  };
  if (fact("corpus") != corpus_->identity()) refuse_corpus();
  const auto taught = checkpoint.facts().find("teacher");
  if ((taught == checkpoint.facts().end() ? "" : taught->second) != (spec_.teaching ? spec_.teaching->name : ""))
    fail("{} is of a run with another teacher; go on with its naru distil, or start over with --fresh", place);
  const auto read = [&](const std::string& name, const Tensor& into) {
    if (!checkpoint.read(name, into))
      fail("{} does not hold '{}' as this model and optimizer need it; --fresh starts over", place, name);
  };
  for (const auto& [name, tensor] : model_->params().named()) read("weight." + name, tensor);
  trainer_->optimizer().restore(read);
  model_->params().touch();
  trainer_->optimizer().set_steps(static_cast<int64_t>(number("optimizer_steps")));
  BatchPosition position;
  if (std::sscanf(fact("position").c_str(), "%ld %ld %ld %ld", &position.epoch, &position.window, &position.batch,
                  &position.pairs) != 4)
    fail("{} has no position; --fresh starts over", place);
  const auto batch = checkpoint.facts().find("batch_tokens");
  if (const int64_t now = step_tokens(); batch != checkpoint.facts().end() && batch->second != std::to_string(now)) {
    NARU_LOG(info, "batches have {} target tokens now instead of {}: the pass over the corpus begins anew", now,
             batch->second);
    position = {.epoch = position.epoch};
  }
  batches_->seek(position);
  step_ = last_saved_step_ = checkpoint.step();
  active_seconds_ = number("active_seconds");
  rate_scale_ = number("rate_scale");
  recoveries_ = static_cast<int64_t>(number("recoveries"));
  mean_loss_ = number("mean_loss");
  has_best_ = !fact("best").empty();
  best_ = has_best_ ? number("best") : 0;
  validations_since_best_ = static_cast<int64_t>(number("validations_since_best"));
  if (has_best_ && !validation_)
    fail("{} is of a run that keeps the best model on a development set; give its --dev, or start over with --fresh",
         place);
  if (const auto of = checkpoint.facts().find("best_of"); of != checkpoint.facts().end() && of->second != best_of_) {
    if (has_best_) NARU_LOG(info, "validation is not what it was: the best is looked for anew");
    has_best_ = false;
    validations_since_best_ = 0;
  }
  if (ranks_.first()) history_.emplace(spec_.folder / "history.jsonl", step_);
}

}  // namespace naru
