// What a student is trained towards besides the targets: a teacher's distribution of each piece, computed from each
// batch as it comes: nothing is stored, and nothing has to be resumed.
#pragma once

#include <string>
#include <vector>

#include "naru/data/batch.h"
#include "naru/evaluate/model_folder.h"
#include "naru/ops/output_loss.h"

namespace naru {

class Teacher {
 public:
  struct Options {
    int64_t best = 8;       // pieces that are kept of each distribution
    double weight = 0.5;    // λ: of the loss against it, beside 1 - λ of that against the targets
    std::string name = {};  // what it is, as one line: equal lines, equal teachers. A checkpoint keeps it
  };
  /// Several teach the mean of their probabilities. All must share both tokenizers. Error: they do not.
  Teacher(std::vector<ModelFolder> folders, Options options);

  /// Error: a student with these tokenizers reads or writes other pieces.
  void check_student(const TokenizerPair& tokenizers) const;
  /// The `best` most probable pieces at each target token, their probabilities made to sum to 1. Not while a tape
  /// lives: dropout would drop.
  SoftTargets operator()(const Batch& batch) const;

  float weight() const { return static_cast<float>(options_.weight); }
  const std::string& name() const { return options_.name; }
  /// Most tokens that it can read or write.
  int64_t longest() const;
  /// Of its weights, and as packed for products.
  int64_t bytes() const;

 private:
  std::vector<ModelFolder> folders_;
  Options options_;
};

}  // namespace naru
