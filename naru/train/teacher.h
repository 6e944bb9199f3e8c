// What a student is trained towards besides the targets: a teacher's distribution of each piece.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "naru/data/batch.h"
#include "naru/evaluate/model_folder.h"
#include "naru/ops/output_loss.h"

namespace naru {

class Teacher {
 public:
  /// Several teach the mean of their probabilities. All must share both tokenizers. Error: they do not.
  explicit Teacher(std::vector<ModelFolder> folders);

  /// Error: a student with these tokenizers reads or writes other pieces.
  void check_student(const TokenizerPair& tokenizers) const;
  /// The `best` most probable pieces at each target token, their probabilities made to sum to 1; fewer of a smaller
  /// vocabulary. Not while a tape lives: dropout would drop.
  SoftTargets operator()(const Batch& batch, int64_t best) const;

  int64_t pieces() const { return folders_[0].model->vocabulary().target; }
  /// Most tokens that it can read or write.
  int64_t longest() const;

 private:
  std::vector<ModelFolder> folders_;
};

/// How a student learns from a teacher.
struct Teaching {
  std::function<Teacher()> open;  // called where its distributions are not there yet
  std::string teacher;            // what it is, as one line: equal lines, equal teachers
  int64_t longest = 0;            // tokens that it can read or write
  int64_t best = 8;               // pieces that are kept of each distribution
  double weight = 0.5;            // λ: of the loss against it, beside 1 - λ of that against the targets
  std::string name;               // all of this, as one line. A checkpoint keeps it
};

}  // namespace naru
