#include "naru/train/teacher.h"

#include <algorithm>
#include <cmath>

#include "naru/evaluate/evaluation.h"
#include "naru/generate/ensemble.h"

namespace naru {

Teacher::Teacher(std::vector<ModelFolder> folders, Options options)
    : folders_(std::move(folders)), options_(std::move(options)) {
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
  options_.best = std::min(options_.best, first.model->vocabulary().target);
}

void Teacher::check_student(const TokenizerPair& tokenizers) const {
  const ModelFolder& first = folders_[0];
  if (tokenizers.source->fingerprint() != first.source->fingerprint() ||
      tokenizers.target->fingerprint() != first.target->fingerprint())
    fail("--teacher {}: has another vocabulary than the student; --level word and both need the teacher's",
         first.path.string());
}

SoftTargets Teacher::operator()(const Batch& batch) const {
  std::vector<Voice> voices;
  for (const ModelFolder& folder : folders_) voices.push_back(voice_over(*folder.model, batch));
  BestOutputs best = best_of(voices, options_.best);
  float* p = best.log_probabilities.data();
  for (int64_t row = 0; row < best.ids.dim(0); ++row, p += options_.best) {
    double sum = 0;
    for (int64_t i = 0; i < options_.best; ++i) sum += static_cast<double>(p[i] = std::exp(p[i]));
    for (int64_t i = 0; i < options_.best; ++i) p[i] = static_cast<float>(static_cast<double>(p[i]) / sum);
  }
  return {best.ids, best.log_probabilities};
}

int64_t Teacher::longest() const {
  int64_t least = folders_[0].model->decoder()->longest();
  for (const ModelFolder& folder : folders_) least = std::min(least, folder.model->decoder()->longest());
  return least;
}

int64_t Teacher::bytes() const {
  int64_t sum = 0;
  for (const ModelFolder& folder : folders_) sum += 2 * folder.model->params().bytes();
  return sum;
}

}  // namespace naru
