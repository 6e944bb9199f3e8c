// What the commands that train share: their options, and the run itself.
#pragma once

#include <string>
#include <vector>

#include "naru/train/training_run.h"

#include "cli/command.h"

namespace naru::cli {

struct TrainOptions {
  std::string model, preset, from, ram, precision;
  std::vector<std::string> train, dev, set;
  int64_t max_steps = -1, max_epochs = -1, batch_tokens = 0, seed = -1, trial_steps = 100;
  double max_minutes = -1;
  bool fresh = false, swap = false, both = false, profile = false, find_learning_rate = false;

  /// `of_train`: a command may have other sources.
  void fields(auto&& field, Check of_train = required(file_path())) {
    field("model", model, "folder to train into; an interrupted run there is resumed", required(folder_path()));
    field("preset", preset, "architecture and size of a new model", one_of(with_empty(preset_names())));
    field("train", train,
          "training pairs: one .tsv (source, tab, target) or two line-aligned files; .gz and - are read",
          std::move(of_train));
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

/// Error: a new model without a preset.
TrainingSpec spec_of(const TrainOptions& options);
/// Trains as `spec` says, or looks for its learning rate, until a signal stops it.
int train_on(const TrainingSpec& spec, const TrainOptions& options, const Ranks& ranks = Ranks::alone());

}  // namespace naru::cli
