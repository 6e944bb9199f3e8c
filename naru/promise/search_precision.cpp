#include "naru/promise/search_precision.h"

#include <algorithm>

#include "naru/base/log.h"
#include "naru/compress/matrix_groups.h"

namespace naru {
namespace {

constexpr size_t steps = 8;  // from all groups in one dtype to all in the next

bool has_bf16(const TensorSources& weights) {
  return std::ranges::any_of(weights, [](const auto& each) { return each.second.dtype == DType::bf16; });
}

std::string group_dtype(DType dtype) { return dtype == DType::f32 ? "as it is" : precision_name(dtype); }

class PrecisionSearch {
 public:
  PrecisionSearch(const Weights& weights, const Yardstick& yardstick, SearchResult& result)
      : weights_(weights), yardstick_(yardstick), groups_(matrix_groups(weights.tensors)), result_(result) {}

  void run(DType coarsest) {
    const std::vector<DType> levels = levels_from(coarsest, weights_.tensors);
    if (accept_all(levels[0])) return;
    bool kept = levels.size() > 1 && (levels.back() == DType::f32 || accept_all(levels.back()));
    for (size_t finer = levels.size() - 1; kept && finer > 0; --finer) {
      kept = accept_mixed(levels[finer - 1], levels[finer]) && finer > 1 && accept_all(levels[finer - 1]);
    }
    describe_groups();
  }

 private:
  bool accept(std::string name, MatrixDTypes dtypes) {
    return result_.accept({.name = std::move(name), .weights = weights_, .dtypes = std::move(dtypes)}, yardstick_);
  }
  bool accept_all(DType dtype) { return accept(precision_name(dtype), uniform_dtypes(weights_.tensors, dtype)); }

  /// `fine` of all groups keeps the promise: ever fewer in `fine`, the most sensitive longest. False: one broke it.
  bool accept_mixed(DType coarse, DType fine) {
    rank(coarse, fine);
    size_t before = groups_.size();
    for (size_t step = steps - 1; step > 0; --step) {
      const size_t finer = groups_.size() * step / steps;
      if (finer == 0 || finer == before) continue;
      before = finer;
      const std::string name = fmt::format("{}, {} of {} groups {}", precision_name(coarse), finer, groups_.size(),
                                           fine == DType::f32 ? "as they are" : "in " + precision_name(fine));
      if (!accept(name, mixed(finer, coarse, fine))) return false;
    }
    return true;
  }

  static MatrixDTypes dtypes_of(const MatrixGroup& group, DType dtype) {
    MatrixDTypes dtypes;
    if (dtype != DType::f32)
      for (const std::string& matrix : group.matrices) dtypes.emplace(matrix, dtype);
    return dtypes;
  }

  MatrixDTypes mixed(size_t finer, DType coarse, DType fine) const {
    MatrixDTypes dtypes;
    for (size_t i = 0; i < groups_.size(); ++i) dtypes.merge(dtypes_of(groups_[i], i < finer ? fine : coarse));
    return dtypes;
  }

  int64_t bytes_of_group(const MatrixGroup& group, DType dtype) const {
    const auto weights = rounded_weights(weights_.tensors, dtypes_of(group, dtype));
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
    result_.groups.clear();
    for (const auto& [cost, i] : order) {
      sorted.push_back(groups_[i]);
      result_.groups.push_back(ranked[i]);
    }
    groups_ = std::move(sorted);
  }

  /// What each of the ranked groups has in the best candidate.
  void describe_groups() const {
    for (size_t i = 0; i < result_.groups.size(); ++i) {
      const auto found = result_.best.dtypes.find(groups_[i].matrices[0]);
      const DType got = found == result_.best.dtypes.end() ? DType::f32 : found->second;
      result_.groups[i].dtype = group_dtype(got);
      result_.groups[i].bytes = bytes_of_group(groups_[i], got);
    }
  }

  const Weights& weights_;
  const Yardstick& yardstick_;
  std::vector<MatrixGroup> groups_;
  SearchResult& result_;
};

}  // namespace

std::vector<DType> levels_from(DType coarsest, const TensorSources& weights) {
  std::vector<DType> levels;
  for (const DType level : {coarsest, DType::q8, has_bf16(weights) ? DType::f32 : DType::b16})
    if (level <= coarsest && (levels.empty() || level < levels.back())) levels.push_back(level);
  return levels;
}

void search_precision(const Weights& weights, const Yardstick& yardstick, DType coarsest, SearchResult& result) {
  PrecisionSearch(weights, yardstick, result).run(coarsest);
}

}  // namespace naru
