// A model that learns pairs of ids without files, by the class that `naru train` runs: what the laboratory's small
// tasks are trained with.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "naru/data/batch.h"
#include "naru/models/registry.h"
#include "naru/train/trainer.h"

namespace naru {

struct PairLearnerOptions {
  std::string preset = "transformer-tiny";
  std::vector<std::string> settings = {};  // "key=value", of the model and its training
  int64_t symbols = 32;                    // ids 1 … symbols; 0 ends a sentence, and is what the decoder reads first
  uint64_t seed = 1;
};

class PairLearner {
 public:
  explicit PairLearner(const PairLearnerOptions& options);

  /// One step, at a rate that warms up and then stays.
  StepResult learn(std::span<const TokenPair> pairs);
  /// What is written greedily for each source, without its end; where none comes, a symbol more than any target has.
  std::vector<std::vector<int32_t>> write(std::span<const TokenPair> pairs) const;
  /// How many are written without a mistake.
  int64_t exact(std::span<const TokenPair> pairs) const;
  Batch batch(std::span<const TokenPair> pairs) const;

  const Model& model() const { return *model_; }
  Model& model() { return *model_; }
  int64_t steps() const { return steps_; }

 private:
  TrainConfig config_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<Trainer> trainer_;
  int64_t steps_ = 0;
};

}  // namespace naru
