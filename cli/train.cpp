// Trains into a folder, and resumes from it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "naru/base/log.h"
#include "naru/base/profile.h"
#include "naru/train/memory_plan.h"
#include "naru/train/training_run.h"

#include "cli/command.h"
#include "cli/profile_table.h"
#include "cli/stop_signal.h"

namespace naru::cli {
namespace {

struct TrainOptions {
  std::string model, preset, from, ram, precision;
  std::vector<std::string> train, dev, set;
  int64_t max_steps = -1, max_epochs = -1, batch_tokens = 0, seed = -1, trial_steps = 100;
  double max_minutes = -1;
  bool fresh = false, swap = false, both = false, profile = false, find_learning_rate = false;

  void fields(auto&& field) {
    field("model", model, "folder to train into; an interrupted run there is resumed", required(folder_path()));
    field("preset", preset, "architecture and size of a new model", one_of(with_empty(preset_names())));
    field("train", train,
          "training pairs: one .tsv (source, tab, target) or two line-aligned files; .gz and - are read",
          required(file_path()));
    field("dev", dev, "development pairs; the best model on them is kept", file_path());
    field("max-steps", max_steps, "stop after this many steps; 0 = no limit", at_least(0));
    field("max-epochs", max_epochs, "stop after this many passes over the corpus; 0 = no limit", at_least(0));
    field("max-minutes", max_minutes,
          "stop after this much active time, over all runs; 0 = no limit. Without any limit training goes on until it "
          "is stopped",
          at_least(0));
    field("seed", seed, "of weights, dropout and shuffling (default 1)", at_least(0));
    field("precision", precision,
          "what matrix inputs and activations are stored as in training (default bf16 where this machine multiplies "
          "it, else f32)",
          one_of(with_empty({"f32", "bf16"})));
    field("batch-tokens", batch_tokens, "target tokens of a batch, end of sentence included (default 4096)",
          at_least(1));
    field("ram", ram,
          "most memory that training steps take, e.g. 6G; batches that would pass it are split. Making the vocabulary, "
          "before them, is not bounded by it");
    field("set", set, "key=value for any model or training option (docs/formats.md lists them)");
    field("fresh", fresh, "start over, even if the folder holds a run");
    field("swap", swap, "the second column (or file) is the source");
    field(
        "both", both,
        "one model for both directions, of one vocabulary; translate --swap goes from the second column to the first");
    field("from", from, "start from this model folder's weights, its tokenizers kept", folder_path());
    field("find-learning-rate", find_learning_rate,
          "instead of training: short trainings at several rates; the model stays untrained");
    field("trial-steps", trial_steps, "steps of each of these short trainings", at_least(10));
    field("profile", profile, "show at the end where the time went");
  }
  static std::vector<std::string> with_empty(std::vector<std::string> names) {
    names.emplace_back("");
    return names;
  }
};

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

int train_on(const Ranks& ranks, const TrainOptions& options) {
  TrainingRun run(spec_of(options), ranks);
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

int train(const TrainOptions& options) {
  outlive_readers();
  const Ranks ranks;
  if (!ranks.first()) set_log_level(LogLevel::error);
  try {
    return train_on(ranks, options);
  } catch (const std::exception& error) {
    if (ranks.count() == 1) throw;
    const int code = dynamic_cast<const Error*>(&error) ? 2 : 1;
    NARU_LOG(error, "{}", error.what());  // before any rank ends: the launcher then ends the others
    if (!ranks.all_leave()) ranks.abandon(code);
    return code;
  }
}

}  // namespace

Command train_command() { return make_command("train", "train a model into a folder, or resume the run there", train); }

}  // namespace naru::cli
