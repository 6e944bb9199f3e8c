#include "naru/lab/learning_curve.h"

#include <algorithm>
#include <fstream>

#include "naru/base/json.h"
#include "naru/data/token_corpus.h"

namespace naru {

LearningCurve read_learning_curve(const std::filesystem::path& folder, const Model& model) {
  const CorpusCounts counts = TokenCorpus::open(folder / "corpus.ids").counts();
  const auto all_targets = static_cast<double>(counts.target_tokens);
  const auto [source, target] = model.matrix_flops_per_token();
  // Steps are counted in target tokens; each brings its share of source tokens.
  const double per_token = 3 * (target + source * static_cast<double>(counts.source_tokens) / all_targets);
  const std::filesystem::path history = folder / "history.jsonl";
  std::ifstream lines(history);
  LearningCurve curve;
  LearningPoint point;
  for (std::string line; std::getline(lines, line);) {
    const Json row = parse_json(line);
    if (!row.is_object()) continue;  // a line that a killed run left unfinished
    point.seconds += row.at("seconds").get<double>();
    point.tokens += row.at("target_tokens").get<double>();
    point.epochs = point.tokens / all_targets;
    point.operations = point.tokens * per_token;
    point.loss = row.at("loss").get<double>();
    point.bleu = row.contains("bleu") ? std::optional(row.at("bleu").get<double>()) : std::nullopt;
    curve.push_back(point);
  }
  if (curve.empty()) fail("{}: no steps; delete the folder, so that it is trained anew", history.string());
  return curve;
}

LearningCurve in_parts(const LearningCurve& curve, size_t parts) {
  LearningCurve result;
  const size_t count = std::min(parts, curve.size());
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = i * curve.size() / count, end = (i + 1) * curve.size() / count;
    LearningPoint part = curve[end - 1];
    part.loss = 0;
    for (size_t k = begin; k < end; ++k) part.loss += curve[k].loss / static_cast<double>(end - begin);
    result.push_back(part);
  }
  return result;
}

std::optional<LearningPoint> first_below(const LearningCurve& curve, double loss) {
  const auto found = std::ranges::find_if(curve, [&](const LearningPoint& point) { return point.loss <= loss; });
  return found == curve.end() ? std::nullopt : std::optional(*found);
}

}  // namespace naru
