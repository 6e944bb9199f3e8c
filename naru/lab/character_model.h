// Language models of characters, for how loss falls with parameters and with context. A model that writes becomes one
// by a source that is empty; it learns by the class that `naru train` runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/base/random.h"
#include "naru/lab/pair_learner.h"

namespace naru {

/// English texts of equal length, of the embedded corpus: each of several sentences about one thing, so that what came
/// long before tells something of what comes.
class CharacterTexts {
 public:
  /// `count` texts to learn from and `held_out` of other sentences.
  CharacterTexts(int64_t count, int64_t held_out, int64_t length, uint64_t seed);

  int64_t characters() const { return static_cast<int64_t>(alphabet_.size()); }
  /// Ids from 1 on; 0 is the end of a text. [texts][length]
  const std::vector<std::vector<int32_t>>& training() const { return training_; }
  const std::vector<std::vector<int32_t>>& held_out() const { return held_out_; }
  /// -log p of a held-out character by the one before it alone, counted in the training texts (one added to each
  /// count): what a model that has learned more than pairs of characters must beat.
  double pair_loss() const;

 private:
  std::vector<int32_t> ids(const std::string& text);

  std::string alphabet_;
  std::vector<std::vector<int32_t>> training_, held_out_;
};

struct CharacterLearnerOptions {
  std::string preset = "transformer-tiny";
  std::vector<std::string> settings;  // "key=value", of the model and its training
  int64_t batch = 8;                  // texts of a step
  uint64_t seed = 1;
};

class CharacterLearner {
 public:
  /// The texts must outlive it.
  CharacterLearner(const CharacterLearnerOptions& options, const CharacterTexts& texts);

  /// So many more steps, at a rate that warms up and then stays.
  void learn(int64_t steps);
  /// -log p of each character of each held-out text, given those before it. [texts][length]
  std::vector<std::vector<double>> losses() const;
  /// Weights of the decoder without its embedding and output (Kaplan et al. 2020's N).
  int64_t parameters() const;

 private:
  CharacterLearnerOptions options_;
  const CharacterTexts& texts_;
  PairLearner learner_;
  Random random_;
};

}  // namespace naru
