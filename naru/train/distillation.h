// Distillation: a student learns from what a teacher, or several together, would write (Kim and Rush 2016).
//   sequence: it is trained on the teacher's translations of the sources
//   word:     on the given translations, towards the teacher's distribution of each of their pieces
//   both:     on the teacher's translations, towards its distributions
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "naru/base/fields.h"
#include "naru/train/training_run.h"

namespace naru {

struct DistillationOptions {
  std::vector<std::string> teacher, sources;
  std::string level = "sequence", teacher_precision = "stored";
  bool with_original = false, own_tokenizers = false;
  int64_t beam = 4, teacher_best = 8;
  double length_penalty = 0.6, teacher_weight = 0.5;

  void fields(auto&& field) {
    std::vector<std::string> precisions_or_stored = precisions();
    precisions_or_stored.insert(precisions_or_stored.begin(), "stored");
    field("teacher", teacher, "model folder to learn from; of several the mean of their probabilities teaches",
          required(folder_path()));
    field(
        "level", level,
        "sequence: on the teacher's translations; word: on the given ones, towards the teacher's distribution of each "
        "piece; both: on the teacher's translations, towards its distributions",
        one_of({"sequence", "word", "both"}));
    field("sources", sources, "more lines for the teacher to translate, of which no translation is known", file_path());
    field("with-original", with_original, "beside the teacher's translations train on the given pairs");
    field("beam", beam, "hypotheses that the teacher keeps at each step; 1 = greedy", between(1, 1000));
    field("length-penalty", length_penalty, "of the teacher's search: larger favours longer translations");
    field("teacher-best", teacher_best, "pieces that are kept of each of the teacher's distributions", between(1, 64));
    field("teacher-weight", teacher_weight,
          "of the loss against the teacher's distributions; that against the targets has the rest", between(0, 1));
    field("teacher-precision", teacher_precision, "what the teacher's matrices are kept as; stored = as it has them",
          one_of(std::move(precisions_or_stored)));
    field("own-tokenizers", own_tokenizers, "of --level sequence: the student makes vocabularies of its own");
  }
  bool translates() const { return level != "word"; }
  bool weighs_words() const { return level != "sequence"; }
};

/// Has the teacher translate what it has not translated yet into `distilled/` of the student's folder, and says how the
/// student is then trained: `student` with other pairs, with the teacher's tokenizers, with the teacher. Translations
/// are written a chunk at a time; after a kill at any moment the same call goes on behind the last one and ends with
/// the same bytes. Nothing where `stop` was set meanwhile.
/// Error: before the folder is made, for what is wrong with options, teacher, sources or development set.
std::optional<TrainingSpec> distil(const DistillationOptions& options, const TrainingSpec& student,
                                   const std::atomic<bool>& stop);

}  // namespace naru
