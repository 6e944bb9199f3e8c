// y_t = scale · table[ids_t].  Backward: dtable[v] += scale · sum over t with ids_t = v, in their order, of dy_t: each
// row of the table belongs to one thread, so that the sum is the same for every number of threads.
#include "naru/ops/embedding.h"

#include <algorithm>
#include <vector>

#include "naru/base/profile.h"
#include "naru/ops/cpu/panel_weights.h"
#include "naru/ops/cpu/rows.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

/// Positions sorted by the row they refer to, then by themselves; and where each row's begin.
struct Grouped {
  std::vector<int32_t> positions, begins;
};
Grouped group(const Tensor& ids) {
  const auto id = ids.values<int32_t>();
  std::vector<uint64_t> keys(id.size());
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = static_cast<uint64_t>(id[i]) << 32 | i;
  std::ranges::sort(keys);
  Grouped grouped;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (i == 0 || keys[i] >> 32 != keys[i - 1] >> 32) grouped.begins.push_back(static_cast<int32_t>(i));
    grouped.positions.push_back(static_cast<int32_t>(keys[i]));
  }
  grouped.begins.push_back(static_cast<int32_t>(keys.size()));
  return grouped;
}

/// to[ids_t] += scale · dy_t
void scatter(const Tensor& dy, const Tensor& ids, float scale, const Tensor& to) {
  const Grouped grouped = group(ids);
  NARU_DISPATCH(dy, scatter_add, dy.data<T>(), to.data(), to.dim(1), scale,
                {ids.data<int32_t>(), grouped.positions.data(), grouped.begins.data(),
                 static_cast<int64_t>(grouped.begins.size()) - 1});
}

Tensor gathered(const Tensor& table, const Tensor& ids, float scale) {
  if (lies_in_panels(table.dtype())) {
    Tensor y({ids.dim(0), table.dim(1)});
    cpu::gather_rows(table.panels(), ids.data<int32_t>(), ids.dim(0), scale, y.data());
    return y;
  }
  Tensor y({ids.dim(0), table.dim(1)}, table.dtype());
  NARU_DISPATCH(table, gather, table.data<T>(), ids.data<int32_t>(), scale, y.data<T>(), ids.dim(0), table.dim(1));
  return y;
}

/// Straight into the table's gradient where that is f32; else by way of f32.
Gradients scattered(const Tensor& table, const Tensor& ids, float scale, const Tensor& dy) {
  if (table.dtype() != DType::f32 && !table.variable()->persistent) {
    const Tensor sums = Tensor::zeros(table.shape());
    scatter(dy, ids, scale, sums);
    return {sums.to(table.dtype()), {}};
  }
  const auto [gradient, add] = gradient_target(table);
  if (!add) cpu::fill_zero(gradient.data(), gradient.size());
  scatter(dy, ids, scale, gradient);
  return {{}, {}};
}

}  // namespace

Tensor embedding(const Tensor& table, const Tensor& ids, EmbeddingOptions options) {
  const Profiled profiled("embedding");
  NARU_CHECK(table.rank() == 2 && ids.rank() == 1, "embedding: table {} must be [vocabulary, d], ids {} [total]",
             table.shape(), ids.shape());
  const auto numbers = ids.values<int32_t>();
  const auto wrong = std::ranges::find_if(numbers, [&](int32_t id) { return id < 0 || id >= table.dim(0); });
  if (wrong != numbers.end())
    fail("embedding: token {} has id {}, but the table has {} rows; do the vocabulary and the weights belong together?",
         wrong - numbers.begin(), *wrong, table.dim(0));
  return record("embedding", gathered(table, ids, options.scale), {table, ids},
                [table = table.without_numbers(), ids, scale = options.scale](const Tensor& dy) {
                  return scattered(table, ids, scale, dy);
                });
}

Tensor gather(const Tensor& x, const Tensor& rows) {
  const Profiled profiled("gather");
  NARU_CHECK(x.rank() == 2 && rows.rank() == 1, "gather: x {} must be [n, d], rows {} [m]", x.shape(), rows.shape());
  for (const int32_t row : rows.values<int32_t>())
    NARU_CHECK(row >= 0 && row < x.dim(0), "gather: row {} of x {}", row, x.shape());
  return record("gather", gathered(x, rows, 1), {x, rows},
                [x = x.without_numbers(), rows](const Tensor& dy) { return scattered(x, rows, 1, dy); });
}

}  // namespace naru
