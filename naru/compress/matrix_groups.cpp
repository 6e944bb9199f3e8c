#include "naru/compress/matrix_groups.h"

#include <algorithm>

#include "naru/nn/params.h"

namespace naru {
namespace {

std::string group_of(const std::string& matrix) {
  const std::string stem = matrix.ends_with(".weight") ? matrix.substr(0, matrix.size() - 7) : matrix;
  const size_t dot = stem.rfind('.');
  if (dot == std::string::npos) return stem;
  const std::string parent = stem.substr(0, dot), leaf = stem.substr(dot + 1);
  if (leaf.ends_with("_proj") || parent.ends_with(".ssru")) return parent;
  if (leaf == "fc1" || leaf == "fc2") return parent + ".feed_forward";
  for (const std::string_view of_cell : {"weight_ih_", "weight_hh_"})
    if (leaf.starts_with(of_cell)) return parent + "." + leaf.substr(of_cell.size());
  return stem;
}

}  // namespace

std::vector<MatrixGroup> matrix_groups(const TensorSources& weights) {
  std::vector<MatrixGroup> groups;
  for (const auto& [name, source] : weights) {
    if (!is_matrix(source.shape)) continue;
    const std::string group = group_of(name);
    const auto found = std::ranges::find(groups, group, &MatrixGroup::name);
    (found == groups.end() ? groups.emplace_back(MatrixGroup{group, {}}) : *found).matrices.push_back(name);
  }
  return groups;
}

}  // namespace naru
