// A block of rows of A in the form that the tiles read, per instruction set.
#if defined(NARU_OPS_CPU_PRODUCT_ROWS_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NARU_OPS_CPU_PRODUCT_ROWS_H
#undef NARU_OPS_CPU_PRODUCT_ROWS_H
#else
#define NARU_OPS_CPU_PRODUCT_ROWS_H
#endif

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "naru/ops/cpu/buffer.h"
#include "naru/ops/cpu/product_tile.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {
namespace {

struct Steps {
  int64_t first, count;  // of the inner sum
};

/// Rows of A for some steps of k: rows `step` numbers apart; or, where A is transposed and `step` 0, tiles one after
/// the other, each [inner, rows of the tile].
struct RowBlock {
  const float* data;
  int64_t step, inner;

  const float* tile(int64_t row) const { return data + row * (step ? step : inner); }
};

template <class T>
void widen_rows(const T* from, int64_t stride, int64_t rows, int64_t inner, float* to) {
  for (int64_t r = 0; r < rows; ++r, from += stride, to += inner) {
    int64_t k = 0;
    for (; k + lanes <= inner; k += lanes) store(load(from + k), to + k);
    for (; k < inner; ++k) to[k] = static_cast<float>(from[k]);
  }
}

/// Copies `rows` columns of a transposed A into a tile.
template <int rows, class T>
void gather(const T* from, int64_t stride, int64_t inner, float* to) {
  for (int64_t k = 0; k < inner; ++k, from += stride, to += rows) {
    if constexpr (std::is_same_v<T, float>) {
      std::memcpy(to, from, rows * sizeof(float));
    } else {
#pragma GCC unroll 16
      for (int r = 0; r < rows; ++r) to[r] = static_cast<float>(from[r]);
    }
  }
}
template <class T>
using Gather = void (*)(const T* from, int64_t stride, int64_t inner, float* to);
template <class T, int... rows>
constexpr auto gather_table(std::integer_sequence<int, rows...>) {
  return std::array<Gather<T>, sizeof...(rows)>{{gather<rows + 1, T>...}};
}

/// Columns of a transposed A, `from` being [inner, rows], as tiles. A few k at a time: the lines that neighbouring
/// tiles share are then still in L1.
template <class T>
void gather_tiles(const T* from, int64_t stride, int64_t rows, int64_t inner, float* to) {
  static constexpr auto gather_by_rows = gather_table<T>(std::make_integer_sequence<int, tile_rows>());
  constexpr int64_t block = 8;
  for (int64_t k = 0; k < inner; k += block) {
    for (int64_t row = 0, height; row < rows; row += height) {
      height = next_rows(rows - row, tile_rows);
      gather_by_rows[static_cast<size_t>(height - 1)](from + k * stride + row, stride, std::min(block, inner - k),
                                                      to + row * inner + k * height);
    }
  }
}

template <class T>
RowBlock prepare_rows(const MatrixView& a, int64_t first_row, int64_t rows, Steps k, ThreadBuffer& buffer) {
  const auto* memory = static_cast<const T*>(a.data);
  const T* from = a.transposed ? memory + k.first * a.stride + first_row : memory + first_row * a.stride + k.first;
  if constexpr (std::is_same_v<T, float>)
    if (!a.transposed) return {from, a.stride, k.count};
  auto* to = buffer.at_least<float>(rows * k.count);
  if (a.transposed) {
    gather_tiles(from, a.stride, rows, k.count, to);
    return {to, 0, k.count};
  }
  widen_rows(from, a.stride, rows, k.count, to);
  return {to, k.count, k.count};
}

/// The memory of a block of A, asked for line by line while the block before is multiplied.
class ComingRows {
 public:
  ComingRows() = default;
  ComingRows(const MatrixView& a, int64_t first_row, int64_t rows, Steps k) {
    const int64_t outer = a.transposed ? k.first : first_row, within = a.transposed ? first_row : k.first;
    at_ = static_cast<const char*>(a.data) + (outer * a.stride + within) * size_of(a.dtype);
    stride_ = a.stride * size_of(a.dtype);
    width_ = (a.transposed ? rows : k.count) * size_of(a.dtype);
    left_ = a.transposed ? k.count : rows;
  }
  int64_t lines() const { return left_ * (width_ / 64 + 1); }
  void ask_for(int64_t lines) {
    for (; lines > 0 && left_ > 0; --lines) {
      hwy::Prefetch(at_ + offset_);
      offset_ += 64;
      if (offset_ >= width_) offset_ = 0, at_ += stride_, --left_;
    }
  }

 private:
  const char* at_ = nullptr;
  int64_t stride_ = 0, width_ = 0, left_ = 0, offset_ = 0;
};

}  // namespace
}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
