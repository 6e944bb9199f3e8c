#include "naru/ops/cpu/reduce.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/reduce.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/number.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// sum of f(x) in double; f maps a vector of doubles to one.
template <class T, class F>
HWY_INLINE double sum_in_double(const T* x, int64_t size, F f) {
  const hn::Repartition<double, Floats> doubles;
  auto low = hn::Zero(doubles), high = low;
  along(size, [&](int64_t i, auto vector) HWY_ATTR {
    const FloatVector v = vector.load(x + i).v;
    low = hn::Add(low, f(hn::PromoteTo(doubles, hn::LowerHalf(v))));
    high = hn::Add(high, f(hn::PromoteTo(doubles, hn::UpperHalf(hn::Half<Floats>(), v))));
  });
  return hn::GetLane(hn::SumOfLanes(doubles, hn::Add(low, high)));
}

template <class T>
double sum(const T* x, int64_t size) {
  return sum_in_double(x, size, [](auto v) HWY_ATTR { return v; });
}

template <class T>
double sum_of_squares(const T* x, int64_t size) {
  return sum_in_double(x, size, [](auto v) HWY_ATTR { return hn::Mul(v, v); });
}

/// Columns [0, width) of rows that are `columns` apart; a block of columns stays in registers while the rows pass.
template <class T>
void column_sum(const T* x, int64_t rows, int64_t columns, int64_t width, ColumnSums sums) {
  constexpr int64_t block = 4;
  int64_t c = 0;
  for (; c + block * lanes <= width; c += block * lanes) {
    FloatVector total[block];
    for (int64_t v = 0; v < block; ++v) total[v] = sums.add ? load(sums.to + c + v * lanes) : hn::Zero(Floats());
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t v = 0; v < block; ++v) total[v] = hn::Add(total[v], load(x + r * columns + c + v * lanes));
    for (int64_t v = 0; v < block; ++v) store(total[v], sums.to + c + v * lanes);
  }
  along(width - c, [&](int64_t i, auto vector) HWY_ATTR {
    Number total = sums.add ? vector.load(sums.to + c + i) : Number(0);
    for (int64_t r = 0; r < rows; ++r) total = total + vector.load(x + r * columns + c + i);
    vector.store(total, sums.to + c + i);
  });
}

auto sum_kernels() { return Both{sum<float>, sum<bf16>}; }
auto sum_of_squares_kernels() { return Both{sum_of_squares<float>, sum_of_squares<bf16>}; }
auto column_sum_kernels() { return Both{column_sum<float>, column_sum<bf16>}; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(sum_kernels);
HWY_EXPORT(sum_of_squares_kernels);
HWY_EXPORT(column_sum_kernels);

namespace {
constexpr int64_t most_pieces = 256;

/// Adds up the results of `kernel` on at most `most_pieces` pieces, in order.
template <class T>
double sum_of_pieces(double (*kernel)(const T*, int64_t), const T* x, int64_t size) {
  std::array<double, most_pieces> sums{};
  const int64_t grain = std::max(element_grain, pieces(size, most_pieces));
  parallel_for(size, grain, [&](int64_t begin, int64_t end) {
    sums[static_cast<size_t>(begin / grain)] = kernel(x + begin, end - begin);
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}
}  // namespace

template <class T>
double sum(const T* x, int64_t size) {
  return sum_of_pieces<T>(HWY_DYNAMIC_DISPATCH(sum_kernels)().template of<T>(), x, size);
}

template <class T>
double sum_of_squares(const T* x, int64_t size) {
  return sum_of_pieces<T>(HWY_DYNAMIC_DISPATCH(sum_of_squares_kernels)().template of<T>(), x, size);
}

template <class T>
void column_sum(const T* x, int64_t rows, int64_t columns, ColumnSums sums) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(column_sum_kernels)().template of<T>();
  constexpr int64_t block = 64;  // columns
  const int64_t grain = pieces(row_grain(rows), block) * block;
  parallel_for(columns, grain, [&](int64_t begin, int64_t end) {
    kernel(x + begin, rows, columns, end - begin, {sums.to + begin, sums.add});
  });
}

template double sum(const float*, int64_t);
template double sum(const bf16*, int64_t);
template double sum_of_squares(const float*, int64_t);
template double sum_of_squares(const bf16*, int64_t);
template void column_sum(const float*, int64_t, int64_t, ColumnSums);
template void column_sum(const bf16*, int64_t, int64_t, ColumnSums);

}  // namespace naru::cpu
#endif
