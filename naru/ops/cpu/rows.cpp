#include "naru/ops/cpu/rows.h"

#include <cstddef>
#include <cstring>

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/rows.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/number.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

template <class T>
void gather(const T* x, const int32_t* rows, float scale, T* y, int64_t count, int64_t columns) {
  for (int64_t r = 0; r < count; ++r, y += columns) {
    const T* from = x + rows[r] * columns;
    along(columns, [&](int64_t i, auto vector) HWY_ATTR { vector.store(vector.load(from + i) * scale, y + i); });
  }
}

/// Groups [first, last).
template <class T>
void scatter_add(const T* dy, float* to, int64_t columns, float scale, const RowGroups& groups, int64_t first,
                 int64_t last) {
  for (int64_t at = groups.begins[first]; at < groups.begins[last]; ++at) {
    const int64_t position = groups.positions[at];
    const T* from = dy + position * columns;
    float* sum = to + groups.rows[position] * columns;
    along(columns, [&](int64_t i, auto vector) HWY_ATTR {
      vector.store(multiply_add(vector.load(from + i), scale, vector.load(sum + i)), sum + i);
    });
  }
}

template <class T>
void add_columns(Columns<const T> from, Columns<T> to, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; ++r) {
    const T* more = from.data + r * from.stride;
    T* sum = to.data + r * to.stride;
    along(width, [&](int64_t i, auto vector)
                     HWY_ATTR { vector.store(vector.load(sum + i) + vector.load(more + i), sum + i); });
  }
}

auto gather_kernels() { return Both{gather<float>, gather<bf16>}; }
auto scatter_add_kernels() { return Both{scatter_add<float>, scatter_add<bf16>}; }
auto add_columns_kernels() { return Both{add_columns<float>, add_columns<bf16>}; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(gather_kernels);
HWY_EXPORT(scatter_add_kernels);
HWY_EXPORT(add_columns_kernels);

template <class T>
void gather(const T* x, const int32_t* rows, float scale, T* y, int64_t count, int64_t columns) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(gather_kernels)().template of<T>();
  parallel_for(count, row_grain(columns), [&](int64_t begin, int64_t end) {
    kernel(x, rows + begin, scale, y + begin * columns, end - begin, columns);
  });
}

template <class T>
void scatter_add(const T* dy, float* to, int64_t columns, float scale, const RowGroups& groups) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(scatter_add_kernels)().template of<T>();
  parallel_for(groups.groups, row_grain(columns),
               [&](int64_t begin, int64_t end) { kernel(dy, to, columns, scale, groups, begin, end); });
}

void copy_columns(Columns<const void> from, Columns<void> to, int64_t rows, int64_t width, int64_t bytes) {
  const auto* source = static_cast<const std::byte*>(from.data);
  auto* target = static_cast<std::byte*>(to.data);
  parallel_for(rows, row_grain(width), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; width > 0 && r < end; ++r)
      std::memcpy(target + r * to.stride * bytes, source + r * from.stride * bytes, static_cast<size_t>(width * bytes));
  });
}

template <class T>
void add_columns(Columns<const T> from, Columns<T> to, int64_t rows, int64_t width) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(add_columns_kernels)().template of<T>();
  parallel_for(rows, row_grain(width), [&](int64_t begin, int64_t end) {
    kernel({from.data + begin * from.stride, from.stride}, {to.data + begin * to.stride, to.stride}, end - begin,
           width);
  });
}

void fill_zero(float* to, int64_t size) {
  constexpr int64_t grain = 16 * element_grain;
  parallel_for(size, grain, [&](int64_t begin, int64_t end) {
    std::memset(to + begin, 0, static_cast<size_t>(end - begin) * sizeof(float));
  });
}

template void gather(const float*, const int32_t*, float, float*, int64_t, int64_t);
template void gather(const bf16*, const int32_t*, float, bf16*, int64_t, int64_t);
template void add_columns(Columns<const float>, Columns<float>, int64_t, int64_t);
template void add_columns(Columns<const bf16>, Columns<bf16>, int64_t, int64_t);
template void scatter_add(const float*, float*, int64_t, float, const RowGroups&);
template void scatter_add(const bf16*, float*, int64_t, float, const RowGroups&);

}  // namespace naru::cpu
#endif
