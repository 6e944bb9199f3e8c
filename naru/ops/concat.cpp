#include "naru/ops/concat.h"

#include <algorithm>
#include <cstring>

#include "naru/base/profile.h"
#include "naru/ops/cpu/rows.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

Shape with_extent(const Shape& shape, int axis, int64_t extent) {
  std::vector<int64_t> extents(shape.extents().begin(), shape.extents().end());
  extents[static_cast<size_t>(axis)] = extent;
  return Shape(extents);
}

/// Columns from `first` on of a matrix.
cpu::Columns<void> columns_of(const Tensor& matrix, int64_t first) {
  return {static_cast<std::byte*>(matrix.raw()) + first * size_of(matrix.dtype()), matrix.dim(1)};
}

void copy_columns(cpu::Columns<void> from, cpu::Columns<void> to, const Tensor& narrow) {
  cpu::copy_columns({from.data, from.stride}, to, narrow.dim(0), narrow.dim(1), size_of(narrow.dtype()));
}

Tensor slice(const Tensor& x, int64_t begin, int64_t end) {
  Tensor y({x.dim(0), end - begin}, x.dtype());
  copy_columns(columns_of(x, begin), columns_of(y, 0), y);
  return y;
}

/// Adds to columns of a gradient that starts as zeros.
void add_to_columns(const Tensor& dy, const Tensor& x, int64_t begin) {
  const auto [dx, add] = gradient_target(x);
  if (!add) std::memset(dx.raw(), 0, static_cast<size_t>(dx.bytes()));
  NARU_DISPATCH(dy, add_columns<T>, {dy.data<T>(), dy.dim(1)}, {dx.data<T>() + begin, dx.dim(1)}, dy.dim(0), dy.dim(1));
}

}  // namespace

Tensor concat_rows(const std::vector<Tensor>& parts) {
  const Profiled profiled("concat_rows");
  NARU_CHECK(!parts.empty(), "concat_rows: no parts");
  std::vector<int64_t> begins = {0};
  for (const Tensor& part : parts) {
    NARU_CHECK(
        with_extent(part.shape(), 0, 0) == with_extent(parts[0].shape(), 0, 0) && part.dtype() == parts[0].dtype(),
        "concat_rows: {} {} below {} {}", part.shape(), name(part.dtype()), parts[0].shape(), name(parts[0].dtype()));
    begins.push_back(begins.back() + part.dim(0));
  }
  Tensor y(with_extent(parts[0].shape(), 0, begins.back()), parts[0].dtype());
  for (size_t i = 0; i < parts.size(); ++i) {
    const Tensor to = y.rows(begins[i], begins[i + 1]);
    if (to.bytes() > 0) std::memcpy(to.raw(), parts[i].raw(), static_cast<size_t>(to.bytes()));
  }
  return record("concat_rows", y, parts, [begins](const Tensor& dy) {
    Gradients gradients;
    for (size_t i = 0; i + 1 < begins.size(); ++i) gradients.push_back(dy.rows(begins[i], begins[i + 1]));
    return gradients;
  });
}

Tensor concat_columns(const std::vector<Tensor>& parts) {
  const Profiled profiled("concat_columns");
  NARU_CHECK(!parts.empty(), "concat_columns: no parts");
  std::vector<int64_t> begins = {0};
  for (const Tensor& part : parts) {
    NARU_CHECK(part.rank() == 2 && part.dim(0) == parts[0].dim(0) && part.dtype() == parts[0].dtype(),
               "concat_columns: {} {} beside {} {}", part.shape(), name(part.dtype()), parts[0].shape(),
               name(parts[0].dtype()));
    begins.push_back(begins.back() + part.dim(1));
  }
  Tensor y({parts[0].dim(0), begins.back()}, parts[0].dtype());
  for (size_t i = 0; i < parts.size(); ++i) copy_columns(columns_of(parts[i], 0), columns_of(y, begins[i]), parts[i]);
  return record("concat_columns", y, parts, [begins](const Tensor& dy) {
    Gradients gradients;
    for (size_t i = 0; i + 1 < begins.size(); ++i) gradients.push_back(slice(dy, begins[i], begins[i + 1]));
    return gradients;
  });
}

Tensor slice_columns(const Tensor& x, int64_t begin, int64_t end) {
  const Profiled profiled("slice_columns");
  NARU_CHECK(x.rank() == 2 && 0 <= begin && begin <= end && end <= x.dim(1), "slice_columns: columns {} to {} of {}",
             begin, end, x.shape());
  return record("slice_columns", slice(x, begin, end), {x},
                [x = x.without_numbers(), begin](const Tensor& dy) -> Gradients {
                  add_to_columns(dy, x, begin);
                  return {{}};
                });
}

namespace {

/// Where the rows of the parts stand in the regrouped whole: calls f(part, row in it, row in the whole, rows).
template <class F>
void for_each_stretch(const std::vector<Offsets>& parts, F f) {
  int64_t at = 0;
  for (int64_t sequence = 0; sequence < parts[0].count(); ++sequence)
    for (size_t part = 0; part < parts.size(); ++part) {
      f(part, parts[part].begin(sequence), at, parts[part].length(sequence));
      at += parts[part].length(sequence);
    }
}

void copy_rows(const Tensor& from, int64_t from_row, const Tensor& to, int64_t to_row, int64_t rows) {
  const Tensor source = from.rows(from_row, from_row + rows), target = to.rows(to_row, to_row + rows);
  if (target.bytes() > 0) std::memcpy(target.raw(), source.raw(), static_cast<size_t>(target.bytes()));
}

}  // namespace

Ragged regroup(const std::vector<Ragged>& parts) {
  const Profiled profiled("regroup");
  NARU_CHECK(!parts.empty(), "regroup: no parts");
  std::vector<int32_t> lengths(static_cast<size_t>(parts[0].count()), 0);
  std::vector<Tensor> inputs;
  std::vector<Offsets> offsets;
  for (const Ragged& part : parts) {
    NARU_CHECK(part.count() == parts[0].count() && part.values.dtype() == parts[0].values.dtype() &&
                   with_extent(part.values.shape(), 0, 0) == with_extent(parts[0].values.shape(), 0, 0),
               "regroup: {} sequences of {} with {} of {}", part.count(), part.values.shape(), parts[0].count(),
               parts[0].values.shape());
    for (size_t i = 0; i < lengths.size(); ++i)
      lengths[i] += static_cast<int32_t>(part.offsets.length(static_cast<int64_t>(i)));
    inputs.push_back(part.values);
    offsets.push_back(part.offsets);
  }
  const Offsets whole(lengths);
  Tensor y(with_extent(inputs[0].shape(), 0, whole.total()), inputs[0].dtype());
  for_each_stretch(
      offsets, [&](size_t part, int64_t row, int64_t at, int64_t rows) { copy_rows(inputs[part], row, y, at, rows); });
  y = record("regroup", y, inputs, [offsets](const Tensor& dy) {
    Gradients gradients;
    for (const Offsets& part : offsets) gradients.emplace_back(with_extent(dy.shape(), 0, part.total()), dy.dtype());
    for_each_stretch(offsets, [&](size_t part, int64_t row, int64_t at, int64_t rows) {
      copy_rows(dy, at, gradients[part], row, rows);
    });
    return gradients;
  });
  return {y, whole};
}

}  // namespace naru
