#include "naru/promise/fit.h"

#include <algorithm>
#include <chrono>
#include <sstream>

#include "naru/base/log.h"
#include "naru/promise/search_precision.h"
#include "naru/promise/search_pruning.h"
#include "naru/tensor/resident_memory.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

constexpr int fit_percents[] = {10, 20, 30, 40, 50, 60, 70, 80, 90};
constexpr size_t timed_pairs = 64;

/// A folder that is gone when this is.
struct Workplace {
  fs::path path;
  explicit Workplace(fs::path where) : path(std::move(where)) {
    if (fs::exists(path)) fail("{}: is left of an earlier search, or is yours; remove it", path.string());
  }
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
};

/// "bytes milliseconds", the latter the median after a first sentence that warms up.
std::string translate_one_by_one(const std::string& path, const PromiseOptions& options) {
  ModelFolder folder = ModelFolder::open(path);
  if (options.swap && folder.reverse) folder.turn();
  const std::vector<Pair> pairs = spread(read_pairs({options.dev, options.swap, {}}), timed_pairs);
  const Translator translator(folder);
  TranslationOptions translation;
  translation.search.beam = options.beam;
  std::vector<double> milliseconds;
  for (const Pair& pair : pairs) {
    const auto begin = std::chrono::steady_clock::now();
    translator.translate({pair.source}, translation);
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
    milliseconds.push_back(taken.count());
  }
  if (milliseconds.size() > 1) milliseconds.erase(milliseconds.begin());
  std::ranges::sort(milliseconds);
  return fmt::format("{} {}", peak_resident_bytes(), milliseconds.at(milliseconds.size() / 2));
}

}  // namespace

std::string Limits::text() const {
  std::string text = resident_bytes ? fmt::format("{:g} MB", static_cast<double>(resident_bytes) / 1e6) : "";
  if (milliseconds != 0) text += fmt::format("{}{:g} ms a sentence", text.empty() ? "" : ", ", milliseconds);
  return text;
}

CostProbe::CostProbe(const PromiseOptions& options)
    : processes_([options](const std::string& path) { return translate_one_by_one(path, options); }) {}

Cost CostProbe::operator()(const fs::path& folder) const {
  std::istringstream answer(processes_(folder.string()));
  Cost cost;
  answer >> cost.resident_bytes >> cost.milliseconds;
  return cost;
}

FitSearch::FitSearch(const Weights& weights, const Yardstick& yardstick, const CostProbe& probe, FitPlaces places)
    : weights_(weights), yardstick_(yardstick), probe_(probe), places_(std::move(places)) {}

FitResult FitSearch::run(const Means& means, const Limits& limits) const {
  FitResult result;
  for (Candidate& candidate : roundings(means)) result.tried.push_back(measured(std::move(candidate), limits));
  if (means.prunes()) add_pruned(means.prune, limits, result.tried);
  result.best = best_of(result.tried, limits);
  return result;
}

void FitSearch::add_pruned(const std::string& what, const Limits& limits, std::vector<Fitting>& tried) const {
  const Pruner pruner(weights_, yardstick_, what);
  double best = -1;  // score of what fits
  std::vector<Candidate> too_large;
  for (const auto& [candidate, cost] : tried)
    if (!candidate.keeps)
      too_large.push_back(candidate);
    else
      best = std::max(best, candidate.quality.score);
  for (const Candidate& from : too_large)
    for (Candidate& step : pruner.steps(from, fit_percents)) {
      const Candidate& pruned = tried.emplace_back(measured(std::move(step), limits)).candidate;
      if (pruned.keeps) best = std::max(best, pruned.quality.score);
      if (pruned.keeps || pruned.quality.score <= best) break;
    }
}

std::vector<Candidate> FitSearch::roundings(const Means& means) const {
  std::vector<Candidate> candidates{as_it_is(weights_, yardstick_)};
  if (!means.coarsest) return candidates;
  std::vector<DType> levels = levels_from(*means.coarsest, weights_.tensors);
  std::ranges::reverse(levels);
  for (const DType level : levels)
    if (level != DType::f32)
      candidates.push_back(
          {.name = precision_name(level), .weights = weights_, .dtypes = uniform_dtypes(weights_.tensors, level)});
  return candidates;
}

Fitting FitSearch::measured(Candidate candidate, const Limits& limits) const {
  const Workplace workplace(places_.workplace);
  copy_beside_weights(places_.model, workplace.path);
  write(candidate, workplace.path);
  Fitting fitting{naru::measured(std::move(candidate), yardstick_), probe_(workplace.path)};
  fitting.candidate.keeps = (limits.resident_bytes == 0 || fitting.cost.resident_bytes <= limits.resident_bytes) &&
                            (limits.milliseconds == 0 || fitting.cost.milliseconds <= limits.milliseconds);
  NARU_LOG(info, "{}", text(fitting));
  return fitting;
}

std::string FitSearch::text(const Fitting& fitting) const {
  const auto& [resident_bytes, milliseconds] = fitting.cost;
  return fmt::format("{}: {:.1f} MB, {:.1f} ms, {} {:.2f}", fitting.candidate.name,
                     static_cast<double>(resident_bytes) / 1e6, milliseconds, yardstick_.label(),
                     fitting.candidate.quality.score);
}

size_t FitSearch::best_of(const std::vector<Fitting>& tried, const Limits& limits) const {
  const auto worse = [](const Fitting& a, const Fitting& b) {
    if (a.candidate.keeps != b.candidate.keeps) return b.candidate.keeps;
    if (a.candidate.quality.score != b.candidate.quality.score)
      return a.candidate.quality.score < b.candidate.quality.score;
    return a.candidate.bytes > b.candidate.bytes;
  };
  const auto best = std::ranges::max_element(tried, worse);
  if (best->candidate.keeps) return static_cast<size_t>(best - tried.begin());
  std::string numbers;
  for (const Fitting& fitting : tried) numbers += "; " + text(fitting);
  fail("{}: nothing fits in {}{}; allow more, or take a smaller model", weights_.origin, limits.text(), numbers);
}

}  // namespace naru
