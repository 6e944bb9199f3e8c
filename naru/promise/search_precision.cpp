#include "naru/promise/search_precision.h"

#include <algorithm>

#include "naru/base/log.h"
#include "naru/compress/matrix_groups.h"
#include "naru/evaluate/golden.h"

namespace naru {
namespace {

/// From the coarsest to the finest that has fewer bits than the file.
std::vector<DType> levels_from(DType coarsest, const SafetensorsFile& file) {
  std::vector<DType> levels;
  for (const DType level : {coarsest, DType::q8, DType::b16})
    if (level <= coarsest && level != stored_dtype(file) && (levels.empty() || level < levels.back()))
      levels.push_back(level);
  return levels;
}

MatrixDTypes dtypes_of(const MatrixGroup& group, DType dtype) {
  MatrixDTypes dtypes;
  if (dtype != DType::f32)
    for (const std::string& matrix : group.matrices) dtypes.emplace(matrix, dtype);
  return dtypes;
}

Candidate measured(const Weights& weights, const Yardstick& yardstick, std::string name, MatrixDTypes dtypes) {
  NARU_LOG(info, "measuring {} …", name);
  Candidate candidate{std::move(name), std::move(dtypes), 0, {}, false};
  candidate.bytes = bytes_of(rounded_weights(weights.file, candidate.dtypes));
  candidate.quality = yardstick.measure(*rounded_model(weights, candidate.dtypes));
  candidate.keeps = yardstick.keeps(candidate.quality);
  NARU_LOG(info, "{}: {}", candidate.name, yardstick.text(candidate.quality));
  return candidate;
}

class PrecisionSearch {
 public:
  PrecisionSearch(const Weights& weights, const Yardstick& yardstick)
      : weights_(weights), yardstick_(yardstick), groups_(matrix_groups(weights.file)) {}

  PrecisionResult run(DType coarsest) {
    const std::vector<DType> levels = levels_from(coarsest, weights_.file);
    for (size_t i = 0; i < levels.size(); ++i) {
      if (!tried(precision_name(levels[i]), uniform_dtypes(weights_.file, levels[i])).keeps) continue;
      result_.best = result_.tried.back();
      if (i > 0) mix(levels[i - 1], levels[i]);
      return std::move(result_);
    }
    result_.best = as_they_are();
    mix(levels.back(), DType::f32);
    return std::move(result_);
  }

 private:
  const Candidate& tried(std::string name, MatrixDTypes dtypes) {
    return result_.tried.emplace_back(measured(weights_, yardstick_, std::move(name), std::move(dtypes)));
  }

  Candidate as_they_are() const {
    return {"as it is", {}, bytes_of(rounded_weights(weights_.file, {})), weights_.quality, true};
  }

  /// `coarse` of all groups breaks the promise, and `fine` of all keeps it: the fewest groups in `fine`, most sensitive
  /// first, by halving.
  void mix(DType coarse, DType fine) {
    rank(coarse, fine);
    size_t breaks = 0, keeps = groups_.size();
    while (keeps - breaks > 1) {
      const size_t middle = (breaks + keeps) / 2;
      const std::string name = fmt::format("{}, {} of {} groups {}", precision_name(coarse), middle, groups_.size(),
                                           fine == DType::f32 ? "as they are" : "in " + precision_name(fine));
      if (tried(name, mixed(middle, coarse, fine)).keeps) {
        keeps = middle;
        result_.best = result_.tried.back();
      } else {
        breaks = middle;
      }
    }
    for (size_t i = 0; i < groups_.size(); ++i) {
      const DType got = i < keeps ? fine : coarse;
      result_.groups[i].dtype = got == DType::f32 ? "as it is" : precision_name(got);
      result_.groups[i].bytes = bytes_of_group(groups_[i], got);
    }
  }

  MatrixDTypes mixed(size_t finer, DType coarse, DType fine) const {
    MatrixDTypes dtypes;
    for (size_t i = 0; i < groups_.size(); ++i) dtypes.merge(dtypes_of(groups_[i], i < finer ? fine : coarse));
    return dtypes;
  }

  int64_t bytes_of_group(const MatrixGroup& group, DType dtype) const {
    const auto weights = rounded_weights(weights_.file, dtypes_of(group, dtype));
    int64_t bytes = 0;
    for (const auto& [name, source] : weights)
      for (const std::string& matrix : group.matrices)
        if (name == matrix || name == matrix + scale_suffix) bytes += source.shape.size() * size_of(source.dtype);
    return bytes;
  }

  /// Sorts the groups by what `coarse` of each alone costs, for each byte that `fine` would add.
  void rank(DType coarse, DType fine) {
    const double whole = yardstick_.loss(*rounded_model(weights_, {}));
    std::vector<std::pair<double, size_t>> order;
    std::vector<RankedGroup> ranked;
    for (size_t i = 0; i < groups_.size(); ++i) {
      const double change = yardstick_.loss(*rounded_model(weights_, dtypes_of(groups_[i], coarse))) - whole;
      log_progress(fmt::format("{} of {}: {} in {} changes the loss by {:.5f}", i + 1, groups_.size(), groups_[i].name,
                               precision_name(coarse), change));
      const int64_t more = bytes_of_group(groups_[i], fine) - bytes_of_group(groups_[i], coarse);
      order.emplace_back(-change / static_cast<double>(std::max<int64_t>(more, 1)), i);
      ranked.push_back({groups_[i].name, "", 0, change});
    }
    log_progress_done();
    std::ranges::sort(order);
    std::vector<MatrixGroup> sorted;
    for (const auto& [cost, i] : order) {
      sorted.push_back(groups_[i]);
      result_.groups.push_back(ranked[i]);
    }
    groups_ = std::move(sorted);
  }

  const Weights& weights_;
  const Yardstick& yardstick_;
  std::vector<MatrixGroup> groups_;
  PrecisionResult result_;
};

}  // namespace

std::string precision_name(DType dtype) {
  if (dtype == DType::f32) return "f32";
  return dtype == DType::b16 ? "bf16" : dtype == DType::q8 ? "int8" : "int4";
}

std::unique_ptr<Model> rounded_model(const Weights& weights, const MatrixDTypes& dtypes) {
  return build(weights.config, Params(rounded_weights(weights.file, dtypes), weights.file.path().string(), as_stored));
}

PrecisionResult search_precision(const Weights& weights, const Yardstick& yardstick, DType dtype) {
  return PrecisionSearch(weights, yardstick).run(dtype);
}

void check_kept(const Weights& weights, const Yardstick& yardstick, const PrecisionResult& result) {
  if (!result.best.dtypes.empty()) return;
  const auto found = std::ranges::find(result.tried, precision_name(DType::q8), &Candidate::name);
  const Candidate int8 = found != result.tried.end() ? *found
                                                     : measured(weights, yardstick, precision_name(DType::q8),
                                                                uniform_dtypes(weights.file, DType::q8));
  const PromiseOptions& options = yardstick.options();
  if (int8.quality.drop > options.most())
    fail("{}: no smaller weights keep a drop of at most {}: {} {:.2f} as it is; {}: {}; {}: {}; allow a larger one",
         weights.file.path().string(), options.max_drop, yardstick.label(), yardstick.baseline().score, int8.name,
         yardstick.text(int8.quality), result.tried.back().name, yardstick.text(result.tried.back().quality));
  NARU_LOG(warning,
           "--dev: {} pairs cannot tell a drop of {} from chance for any smaller weights; they stay as they are "
           "(more pairs, or a larger --max-drop, make them smaller)",
           yardstick.pairs().size(), options.max_drop);
}

void write_rounded(const Weights& weights, const MatrixDTypes& dtypes, const std::filesystem::path& to) {
  const TensorSources sources = rounded_weights(weights.file, dtypes);
  const auto model = build(weights.config, Params(sources, weights.file.path().string()));
  save_model(to, *model, sources);
}

}  // namespace naru
