#include "naru/train/teacher.h"

#include <algorithm>
#include <cmath>

#include "naru/evaluate/evaluation.h"
#include "naru/generate/ensemble.h"

namespace naru {

Teacher::Teacher(std::vector<ModelFolder> folders) : folders_(std::move(folders)) {
  const ModelFolder& first = folders_[0];
  for (const ModelFolder& folder : folders_) {
    check_same_target(first, folder);
    if (folder.source->fingerprint() != first.source->fingerprint())
      fail("--teacher {}: reads other pieces than {}, but a student of --level word reads one vocabulary",
           folder.path.string(), first.path.string());
    const VocabularyConfig& v = folder.model->vocabulary();
    if (v.target != folder.target->size() || v.start != v.end)
      fail("--teacher {}: was not trained by naru, and numbers its pieces otherwise; it teaches --level sequence only",
           folder.path.string());
  }
}

void Teacher::check_student(const TokenizerPair& tokenizers) const {
  const ModelFolder& first = folders_[0];
  if (tokenizers.source->fingerprint() != first.source->fingerprint() ||
      tokenizers.target->fingerprint() != first.target->fingerprint())
    fail("--teacher {}: has another vocabulary than the student; --level word and both need the teacher's",
         first.path.string());
}

SoftTargets Teacher::operator()(const Batch& batch, int64_t best) const {
  std::vector<Voice> voices;
  for (const ModelFolder& folder : folders_) voices.push_back(voice_over(*folder.model, batch));
  const int64_t count = std::min(best, pieces());
  const BestOutputs found = best_of(voices, count);
  float* p = found.log_probabilities.data();
  for (int64_t row = 0; row < found.ids.dim(0); ++row, p += count) {
    double sum = 0;
    for (int64_t i = 0; i < count; ++i) sum += static_cast<double>(p[i] = std::exp(p[i]));
    for (int64_t i = 0; i < count; ++i) p[i] = static_cast<float>(static_cast<double>(p[i]) / sum);
  }
  return {found.ids, found.log_probabilities};
}

int64_t Teacher::longest() const {
  int64_t least = folders_[0].model->decoder()->longest();
  for (const ModelFolder& folder : folders_) least = std::min(least, folder.model->decoder()->longest());
  return least;
}

}  // namespace naru
