#pragma once

#include <string>

#include "naru/train/optimizer.h"
#include "naru/train/schedule.h"

namespace naru {

/// Everything about training that `--set` reaches besides the model.
struct TrainConfig {
  OptimizerConfig optimizer;
  ScheduleConfig schedule;
  double label_smoothing = 0.1;
  int64_t batch_tokens = 4096, accumulate = 1, max_length = 256;
  int64_t checkpoint_every = 1000, keep_checkpoints = 3, validate_every = 1000, patience = 0, average_last = 0;
  std::string validate_by = "loss", recompute = "none", precision = "f32", quantize = "none";
  int64_t quantize_group = 64;
  int64_t validate_sentences = 500;
  int64_t seed = 1;
  int64_t max_steps = 0, max_epochs = 0;
  double max_minutes = 0;
  bool formality = false;
  double formality_dropout = 0.1;

  /// What products read is stored as.
  DType storage() const { return precision == "bf16" ? DType::bf16 : DType::f32; }
  /// Target tokens whose gradients make one step.
  int64_t step_tokens() const { return batch_tokens * accumulate; }

  void fields(auto&& field) {
    optimizer.fields(field);
    schedule.fields(field);
    field("label_smoothing", label_smoothing, "share of the target probability spread over all pieces",
          between(0, 0.99));
    field("batch_tokens", batch_tokens, "target tokens of a batch, end of sentence included", between(1, 1e9));
    field("accumulate", accumulate, "batches whose gradients make one step", between(1, 1e6));
    field("recompute", recompute, "layers: those of a Transformer run again in the backward pass instead of being kept",
          one_of({"none", "layers"}));
    field("precision", precision, "what matrix inputs and activations are stored as in training",
          one_of({"f32", "bf16"}));
    field("quantize", quantize, "train for `naru compress --dtype`: the model computes with its matrices so rounded",
          one_of({"none", "bf16", "int8", "int4"}));
    field("quantize_group", quantize_group, "quantize=int4: numbers that share a scale, 32, 64 or 128",
          between(32, 128));
    field("max_length", max_length, "pairs with more pieces on one side are left out and counted", between(1, 1e9));
    field("checkpoint_every", checkpoint_every, "steps between checkpoints", at_least(1));
    field("keep_checkpoints", keep_checkpoints, "checkpoints kept", at_least(1));
    field("validate_every", validate_every, "steps between validations on --dev", at_least(1));
    field("validate_by", validate_by, "what decides which model is the best", one_of({"loss", "bleu", "chrf"}));
    field("validate_sentences", validate_sentences, "dev sentences translated for bleu and chrf", at_least(1));
    field("patience", patience, "stop after this many validations without a better one; 0 = never", at_least(0));
    field("average_last", average_last, "the model saved at the end is the mean of this many checkpoints; 0 = the last",
          at_least(0));
    field("seed", seed, "of weights, dropout and shuffling", at_least(0));
    field("max_steps", max_steps, "planned steps; 0 = no limit", at_least(0));
    field("max_epochs", max_epochs, "planned passes over the corpus; 0 = no limit", at_least(0));
    field("max_minutes", max_minutes, "planned active time over all runs; 0 = no limit", at_least(0));
    field("formality", formality, "learn the speech levels of Korean targets, for translate --formality");
    field("formality_dropout", formality_dropout, "share of the pairs that learn nothing of their speech level",
          between(0, 1));
  }
};

}  // namespace naru
