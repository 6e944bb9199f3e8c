#include "naru/ops/cpu/lockstep.h"

#include <algorithm>

namespace naru::cpu {

int64_t lockstep_groups(int64_t count) {
  constexpr int64_t most = 64;   // rows of state and gates that stay in the caches
  constexpr int64_t least = 16;  // rows for which reading the weights is no longer the cost
  const int64_t workers = threads();
  const int64_t groups = (count + most - 1) / most;
  if (workers == 1) return std::max<int64_t>(1, groups);
  if (count < least * workers) return 1;
  return (groups + workers - 1) / workers * workers;
}

Lockstep::Lockstep(const Offsets& offsets, Group group, bool reverse)
    : offsets_(offsets), reverse_(reverse), alone_(group.groups == 1) {
  const std::span<const int32_t> order = offsets.longest_first();
  for (int64_t i = group.index; i < offsets.count(); i += group.groups)
    sequences_.push_back(order[static_cast<size_t>(i)]);
  tokens_.reserve(sequences_.size());
}

std::span<const int32_t> Lockstep::tokens(int64_t step) {
  tokens_.clear();
  for (const int32_t sequence : sequences_) {
    if (offsets_.length(sequence) <= step) break;
    const int64_t token = reverse_ ? offsets_.end(sequence) - 1 - step : offsets_.begin(sequence) + step;
    tokens_.push_back(static_cast<int32_t>(token));
  }
  return tokens_;
}

Tensor gather_rows(const Tensor& from, std::span<const int32_t> sequences, int64_t columns, DType dtype) {
  const auto rows = static_cast<int64_t>(sequences.size());
  if (!from) return Tensor::zeros({rows, columns}, dtype, Purpose::workspace);
  NARU_CHECK(from.dtype() == dtype, "state of a recurrent layer is {}, must be {}", name(from.dtype()), name(dtype));
  Tensor to = workspace(rows, columns, dtype);
  const int64_t bytes = columns * size_of(dtype);
  for (int64_t i = 0; i < rows; ++i)
    std::copy_n(static_cast<const char*>(from.raw()) + sequences[static_cast<size_t>(i)] * bytes, bytes,
                static_cast<char*>(to.raw()) + i * bytes);
  return to;
}

void step_product(const MatrixView& a, const PackedMatrix& b, const MatrixOut& c, ColumnRange columns,
                  const Epilogue& epilogue, bool shared) {
  if (!shared || threads() == 1) return product_columns(a, b, c, columns, epilogue);
  const int64_t panel = product_panel(), panels = (columns.last - columns.first + panel - 1) / panel;
  parallel_for(panels, std::max<int64_t>(1, panels / (int64_t{2} * threads())), [&](int64_t begin, int64_t end) {
    const int64_t last = std::min(columns.last, columns.first + end * panel);
    product_columns(a, b, c, {columns.first + begin * panel, last}, epilogue);
  });
}

}  // namespace naru::cpu
