#include "cli/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "naru/base/log.h"
#include "naru/base/profile.h"
#include "naru/train/memory_plan.h"

#include "cli/profile_table.h"
#include "cli/stop_signal.h"

namespace naru::cli {

TrainingSpec spec_of(const TrainOptions& o) {
  TrainingSpec spec{.folder = o.model,
                    .preset = o.preset,
                    .settings = o.set,
                    .train = o.train,
                    .dev = o.dev,
                    .swap = o.swap,
                    .fresh = o.fresh,
                    .both = o.both,
                    .from = o.from,
                    .memory_limit = o.ram.empty() ? 0 : parse_bytes(o.ram, "--ram"),
                    .memory_limit_text = o.ram,
                    .name = ""};
  const auto flag = [&](const char* key, auto value, bool given) {
    if (given) spec.settings.push_back(fmt::format("{}={}", key, value));
  };
  flag("max_steps", o.max_steps, o.max_steps >= 0);
  flag("max_epochs", o.max_epochs, o.max_epochs >= 0);
  flag("max_minutes", o.max_minutes, o.max_minutes >= 0);
  flag("seed", o.seed, o.seed >= 0);
  flag("batch_tokens", o.batch_tokens, o.batch_tokens != 0);
  flag("precision", o.precision, !o.precision.empty());
  if (o.preset.empty() && o.from.empty() && (o.fresh || !std::filesystem::exists(spec.folder / "training.json")))
    fail("--preset: needed for a new model; one of {}", fmt::join(preset_names(), ", "));
  return spec;
}

namespace {

int find_learning_rate(TrainingRun& run, const TrainOptions& options, bool speaks, const std::atomic<bool>& stop) {
  const std::vector<RateTrial> trials = run.find_learning_rate(options.trial_steps, stop);
  if (trials.empty()) return 0;
  const RateTrial best = *std::ranges::min_element(trials, {}, &RateTrial::loss);
  if (!std::isfinite(best.loss)) fail("--find-learning-rate: training diverged at every rate; check the data");
  if (!speaks) return 0;
  fmt::print("{:<14} loss after {} steps\n", "learning_rate", options.trial_steps);
  for (const RateTrial& trial : trials)
    fmt::print("{:<14g} {:.4f}{}\n", trial.rate, trial.loss, trial.rate == best.rate ? "  the best" : "");
  NARU_LOG(info, "train {} with: the same command without --find-learning-rate, and --set learning_rate={:g}",
           options.model, best.rate);
  return 0;
}

}  // namespace

int train_on(const TrainingSpec& spec, const TrainOptions& options, const Ranks& ranks) {
  TrainingRun run(spec, ranks);
  const StopSignal stop;
  if (options.find_learning_rate) return find_learning_rate(run, options, ranks.first(), stop.asked);
  set_profiling(options.profile);
  run.run(stop.asked);
  if (options.profile && ranks.first()) log_profile();
  const TrainingStatus status = run.status();
  NARU_LOG(info, "{}: {} at step {}, {} of training; translate with: naru translate --model {}", options.model,
           status.finished ? "finished" : "stopped", status.step, clock_text(status.active_seconds), options.model);
  return 0;
}

}  // namespace naru::cli
