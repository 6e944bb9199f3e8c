// Our own matrix product, compiled for each instruction set. A panel of B (16 columns on AVX2) stays in L1 while the
// tiles of a row block pass; the row block of A stays in L2; what comes next is asked for ahead.
#include "naru/ops/cpu/product_kernel.h"

#include <hwy/cache_control.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <utility>

#include "naru/ops/cpu/buffer.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/product_kernel.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/product_epilogue.h"  // after the preamble
#include "naru/ops/cpu/product_rows.h"
#include "naru/ops/cpu/product_tile.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {
namespace {

/// Copies between a tile and C or partial sums.
template <class From, class To>
void copy_tile(const From* from, int64_t from_stride, To* to, int64_t to_stride, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; ++r, from += from_stride, to += to_stride)
    for (int64_t j = 0; j < columns; ++j) to[j] = static_cast<To>(static_cast<float>(from[j]));
}

MatrixOut part_of(const MatrixOut& c, int64_t first_row) {
  return {static_cast<std::byte*>(c.data) + first_row * c.stride * size_of(c.dtype), c.dtype, c.stride};
}
void load_into(const MatrixOut& c, int64_t first_column, const SumsView& sums) {
  const auto copy = [&](const auto* from) {
    copy_tile(from + first_column, c.stride, sums.data, sums.stride, sums.rows, sums.columns);
  };
  c.dtype == DType::f32 ? copy(static_cast<const float*>(c.data)) : copy(static_cast<const bf16*>(c.data));
}
void finish_into(const SumsView& sums, const Epilogue& epilogue, int64_t first_column, const MatrixOut& c) {
  const auto into = [&](auto* to) { finish(sums, epilogue, first_column, to + first_column, c.stride); };
  c.dtype == DType::f32 ? into(static_cast<float*>(c.data)) : into(static_cast<bf16*>(c.data));
}

/// Numbers of a panel of B as f32.
const float* widen(const bf16* from, int64_t count, ThreadBuffer& buffer) {
  auto* to = buffer.at_least<float>(count);
  for (int64_t i = 0; i < count; i += lanes) store(load(from + i), to + i);
  return to;
}

/// A tile's place in C.
struct Place {
  int64_t row, rows, column, width;
};

/// A share's work for one piece of the inner sum. Sums between pieces are kept in C, or, where C is bf16, in `partial`.
class Piece {
 public:
  Piece(const Share& share, Steps k, float* partial) : share_(share), k_(k), partial_(partial) {
    const Epilogue& e = share.epilogue;
    first_ = k.first == 0;
    last_ = k.first + k.count == share.a.columns;
    continues_ = !first_ || e.add;
    plain_ = !last_ || (!e.bias && e.activation == Activation::none && e.scale == 1);
  }
  /// `panels` begin at the share's first column, `step` numbers apart.
  template <class T>
  void run(const T* panels, int64_t step) const;

 private:
  template <class T>
  void multiply_block(const RowBlock& a, int64_t row, int64_t rows, const T* panels, int64_t step,
                      ComingRows coming) const;
  template <class T>
  void multiply_strip(const RowBlock& a, const Place& block, TileTask<T> task, ComingRows& coming, int64_t lines) const;
  template <class T>
  void tile(TileTask<T>& task, Multiply<T> multiply, const Place& place) const;
  void ask_for_c(int64_t row, int64_t rows, int64_t column, int64_t width) const;

  const Share& share_;
  const Steps k_;
  float* partial_;  // [rows, columns] of the share
  bool first_, last_, continues_, plain_;
};

/// Row blocks of equal height.
template <class T>
void Piece::run(const T* panels, int64_t step) const {
  static thread_local ThreadBuffer buffer;
  const int64_t rows = share_.last_row - share_.first_row, most = row_block(k_.count);
  const int64_t blocks = divide_up(rows, most), height = divide_up(divide_up(rows, blocks), tile_rows) * tile_rows;
  for (int64_t row = share_.first_row; row < share_.last_row; row += height) {
    const int64_t count = std::min(height, share_.last_row - row), next = row + count;
    const RowBlock a = share_.a.dtype == DType::f32 ? prepare_rows<float>(share_.a, row, count, k_, buffer)
                                                    : prepare_rows<bf16>(share_.a, row, count, k_, buffer);
    ComingRows coming;
    if (next < share_.last_row) {
      coming = {share_.a, next, std::min(height, share_.last_row - next), k_};
    } else if (!last_) {
      const int64_t then = k_.first + k_.count;
      coming = {
          share_.a, share_.first_row, std::min(height, rows), {then, std::min(k_.count, share_.a.columns - then)}};
    }
    multiply_block(a, row, count, panels, step, coming);
  }
}

/// The panels of B, one after the other or a few side by side, each times all tiles of the row block.
template <class T>
void Piece::multiply_block(const RowBlock& a, int64_t row, int64_t rows, const T* panels, int64_t step,
                           ComingRows coming) const {
  const int64_t first_column = share_.first_column / panel * panel, last_column = share_.last_column;
  const int64_t wide = a.step == 0 || rows >= tile_rows ? panel : panels_for(rows) * panel;
  const int64_t tiles = divide_up(rows, tile_rows);
  const int64_t lines = coming.lines() / (tiles * divide_up(last_column - first_column, panel)) + 1;
  for (int64_t column = first_column, width; column < last_column; column += width) {
    width = column + wide <= last_column ? wide : panel;
    const T* b = panels + (column - first_column) / panel * step;
    const T* next = column + width < last_column ? b + width / panel * step : panels;
    const Place block{row, rows, column, width};
    const auto* ahead = reinterpret_cast<const char*>(next);
    if constexpr (std::is_same_v<T, bf16>) {
      if (tiles > 2) {  // widened once instead of in each tile
        static thread_local ThreadBuffer buffer;
        TileTask<float> task;
        task.b = widen(b, panel * k_.count, buffer), task.ahead = ahead;
        multiply_strip(a, block, task, coming, lines);
        continue;
      }
    }
    TileTask<T> task;
    task.b = b, task.b_step = step, task.ahead = ahead;
    multiply_strip(a, block, task, coming, lines);
  }
}

/// All tiles of a row block times one panel, or a few side by side; meanwhile asks for a share of the next panel, the
/// next tile of C and `lines` of the rows to come.
template <class T>
void Piece::multiply_strip(const RowBlock& a, const Place& block, TileTask<T> task, ComingRows& coming,
                           int64_t lines) const {
  const int64_t end_row = block.row + block.rows, tiles = divide_up(block.rows, tile_rows);
  const int64_t panel_bytes = panel * int64_t{sizeof(T)};
  task.a_step = a.step;
  task.inner = k_.count;
  task.ahead_step = steps_per_turn(static_cast<int>(block.width / panel)) * panel_bytes / tiles;
  for (int64_t row = block.row, height; row < end_row; row += height, task.ahead += panel_bytes * k_.count / tiles) {
    height = next_rows(end_row - row, tile_rows);
    if (row + height < end_row) {
      ask_for_c(row + height, std::min<int64_t>(tile_rows, end_row - row - height), block.column, block.width);
    } else if (block.column + 2 * block.width <= share_.last_column) {
      ask_for_c(block.row, std::min<int64_t>(tile_rows, block.rows), block.column + block.width, block.width);
    }
    coming.ask_for(lines);
    task.a = a.tile(row - block.row);
    const auto& kernels = multiply_by_rows<T>[static_cast<size_t>(height - 1)];
    tile(task,
         a.step == 0           ? kernels.tiled
         : block.width > panel ? kernels.wide
                               : kernels.direct,
         {row, height, block.column, block.width});
  }
}

/// The lines of a coming tile of C: its stores would otherwise wait for memory one after the other.
HWY_INLINE void Piece::ask_for_c(int64_t row, int64_t rows, int64_t column, int64_t width) const {
  const int64_t number = size_of(share_.c.dtype), stride = share_.c.stride * number;
  const char* at = static_cast<const char*>(share_.c.data) + row * stride + column * number;
  for (int64_t r = 0; r < rows; ++r, at += stride)
    for (int64_t byte = 0; byte < width * number; byte += 64) hwy::Prefetch(at + byte);
}

template <class T>
HWY_INLINE void Piece::tile(TileTask<T>& task, Multiply<T> multiply, const Place& place) const {
  const MatrixOut& c = share_.c;
  const auto [row, rows, column, width] = place;
  const int64_t begin = std::max(column, share_.first_column), end = std::min(column + width, share_.last_column);
  if (c.dtype == DType::f32 && plain_ && end - begin == width) {
    task.to = static_cast<float*>(c.data) + row * c.stride + column, task.to_stride = c.stride;
    task.from = continues_ ? task.to : nullptr;
    return multiply(task);
  }

  alignas(64) float sums[tile_rows * widest_tile];
  const int64_t at = row * c.stride + begin, columns = end - begin;
  const int64_t columns_of_share = share_.last_column - share_.first_column;
  float* inside = sums + (begin - column);
  float* kept = partial_ ? partial_ + (row - share_.first_row) * columns_of_share + begin - share_.first_column
                         : static_cast<float*>(c.data) + at;
  const int64_t kept_stride = partial_ ? columns_of_share : c.stride;
  const SumsView done{inside, width, rows, columns};
  if (continues_) std::fill(sums, sums + rows * width, 0.0f);
  if (continues_ && first_) {
    load_into(part_of(c, row), begin, done);
  } else if (continues_) {
    copy_tile(kept, kept_stride, inside, width, rows, columns);
  }
  task.to = sums, task.to_stride = width;
  task.from = continues_ ? sums : nullptr;
  multiply(task);
  if (last_) return finish_into(done, share_.epilogue, begin, part_of(c, row));
  copy_tile(inside, width, kept, kept_stride, rows, columns);
}

template <class T>
void compute_with(const Share& s) {
  static thread_local ThreadBuffer panel_buffer, partial_buffer;
  const int64_t inner = s.a.columns, block = inner_block(inner, s.panels != nullptr);
  const int64_t first_panel = s.first_column / panel, last_panel = divide_up(s.last_column, panel);
  float* partial = nullptr;
  if (block < inner && s.c.dtype != DType::f32)
    partial = partial_buffer.at_least<float>((s.last_row - s.first_row) * (s.last_column - s.first_column));
  int64_t first = 0;
  do {
    const Steps k{first, std::min(block, inner - first)};
    const Piece piece(s, k, partial);
    if (s.panels) {
      piece.run(static_cast<const T*>(s.panels) + (first_panel * inner + first) * panel, inner * panel);
    } else {
      T* packed = panel_buffer.at_least<T>((last_panel - first_panel) * k.count * panel);
      pack_panels(s.b, {first_panel, last_panel, k.first, k.first + k.count}, dtype_of<T>, packed);
      piece.run(packed, k.count * panel);
    }
    first += k.count;
  } while (first < inner);
}

}  // namespace

KernelShape kernel_shape() { return {tile_rows, panel}; }

void load_sums(const MatrixOut& c, int64_t first_column, const SumsView& sums) { load_into(c, first_column, sums); }
void finish_sums(const SumsView& sums, const Epilogue& epilogue, int64_t first_column, const MatrixOut& c) {
  finish_into(sums, epilogue, first_column, c);
}

void compute(const Share& s) {
  if (s.first_row >= s.last_row || s.first_column >= s.last_column) return;
  if (s.panels && s.b.dtype == DType::bf16) {
    compute_with<bf16>(s);
  } else {
    compute_with<float>(s);
  }
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(kernel_shape);
HWY_EXPORT(compute);
HWY_EXPORT(load_sums);
HWY_EXPORT(finish_sums);

KernelShape kernel_shape() { return HWY_DYNAMIC_DISPATCH(kernel_shape)(); }
void compute(const Share& share) { HWY_DYNAMIC_DISPATCH(compute)(share); }
void load_sums(const MatrixOut& c, int64_t first_column, const SumsView& sums) {
  HWY_DYNAMIC_DISPATCH(load_sums)(c, first_column, sums);
}
void finish_sums(const SumsView& sums, const Epilogue& epilogue, int64_t first_column, const MatrixOut& c) {
  HWY_DYNAMIC_DISPATCH(finish_sums)(sums, epilogue, first_column, c);
}

int64_t inner_block(int64_t inner, bool packed) {
  const int64_t most = packed ? 2048 : 768, usual = packed ? 1024 : 512;
  if (inner <= most) return inner;
  const int64_t pieces = divide_up(inner, usual);
  return divide_up(divide_up(inner, pieces), 8) * 8;
}

int64_t row_block(int64_t inner) {
  constexpr int64_t bytes = 192 << 10, fewest = 4, most = 40;
  const int64_t tile = kernel_shape().rows;
  return std::clamp(bytes / (int64_t{sizeof(float)} * tile * std::max<int64_t>(1, inner)), fewest, most) * tile;
}
}  // namespace naru::cpu
#endif
