// What a training was, step by step, from its folder: quality against seconds, against tokens and against operations.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "naru/evaluate/model_folder.h"

namespace naru {

/// All but `loss` and `bleu` since the beginning.
struct LearningPoint {
  double seconds = 0;  // of steps; validations not counted
  double tokens = 0;   // of the target
  double epochs = 0;
  double operations = 0;            // of matrix products: three times the forward pass
  double loss = 0;                  // of this step, or the mean of several
  std::optional<double> bleu = {};  // where this step was validated by translating
};
using LearningCurve = std::vector<LearningPoint>;

/// By history.jsonl and the corpus of a folder in which this model was trained. Error: they are missing.
LearningCurve read_learning_curve(const std::filesystem::path& folder, const Model& model);
inline LearningCurve read_learning_curve(const ModelFolder& folder) {
  return read_learning_curve(folder.path, *folder.model);
}

/// So many parts of equally many steps, each at its end, with the mean of its losses.
LearningCurve in_parts(const LearningCurve& curve, size_t parts);
/// The first point whose loss is at most `loss`.
std::optional<LearningPoint> first_below(const LearningCurve& curve, double loss);

}  // namespace naru
