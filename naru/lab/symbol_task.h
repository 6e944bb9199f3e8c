// Tasks over symbols that a correct model solves to the last symbol, at any length: what length and distance do to an
// architecture, with nothing else in the way. Models learn them without files, by the class that `naru train` runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/base/random.h"
#include "naru/lab/pair_learner.h"

namespace naru {

enum class SymbolTask {
  copy,     // a b c → a b c
  reverse,  // a b c → c b a
  recall,   // keys and values, then a key: a 1 b 2 c 3 b → 2 (associative recall; Arora et al. 2023, "Zoology")
};
std::string_view name(SymbolTask task);

/// One example of `length` source symbols (recall: of that many, rounded down to pairs, and the key asked for).
TokenPair example(SymbolTask task, int64_t length, int64_t symbols, Random& random);

struct SymbolLearnerOptions {
  SymbolTask task = SymbolTask::reverse;
  std::string preset = "transformer-tiny";
  std::vector<std::string> settings;  // "key=value", of the model and its training
  int64_t symbols = 32;
  int64_t shortest = 1, longest = 10;  // of the training examples, uniformly
  int64_t batch = 64;                  // examples of a step
  uint64_t seed = 1;
};

/// A model that learns a task.
class SymbolLearner {
 public:
  explicit SymbolLearner(const SymbolLearnerOptions& options);

  /// So many more steps, at a rate that warms up and then stays. Gives the mean loss of a target symbol over them.
  double learn(int64_t steps);
  /// Of so many new examples of one length: the share written greedily without a mistake.
  double exact(int64_t length, int64_t examples) const;

  const Model& model() const { return learner_.model(); }
  Model& model() { return learner_.model(); }
  /// A batch of new examples of one length.
  Batch batch(int64_t length, int64_t examples, uint64_t seed) const;
  int64_t steps() const { return learner_.steps(); }

 private:
  std::vector<TokenPair> pairs(int64_t length, int64_t examples, uint64_t seed) const;

  SymbolLearnerOptions options_;
  PairLearner learner_;
  Random random_;
};

}  // namespace naru
