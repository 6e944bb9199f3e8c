#include "naru/ops/cpu/int8_product.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "naru/base/error.h"
#include "naru/base/profile.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/buffer.h"
#include "naru/ops/cpu/int8_kernel.h"
#include "naru/ops/cpu/kernel.h"
#include "naru/ops/cpu/product_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/int8_product.cpp"
#include "naru/ops/cpu/simd.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {
namespace {

using Shorts = hn::ScalableTag<int16_t>;
using Ints = hn::ScalableTag<int32_t>;
inline constexpr int64_t shorts = HWY_LANES(int16_t);

/// sums[i] + a[2i] b[2i] + a[2i+1] b[2i+1]; products of bytes fit 16 bits.
HWY_INLINE hn::Vec<Ints> add_pairs(hn::Vec<Shorts> a, hn::Vec<Shorts> b, hn::Vec<Ints> sums) {
#if HWY_ARCH_X86
  auto unused = hn::Zero(Ints());  // x86 adds neighbours, and all into the first
  return hn::ReorderWidenMulAccumulate(Ints(), a, b, sums, unused);
#else
  const auto products = hn::BitCast(Ints(), hn::Mul(a, b));
  const auto lower = hn::ShiftRight<16>(hn::ShiftLeft<16>(products));
  return hn::Add(sums, hn::Add(lower, hn::ShiftRight<16>(products)));
#endif
}

/// One row, eight vectors of outputs at a time: each i32 of `sums` holds half of an output's four products.
HWY_INLINE void row_of_tile(const Int8Tile& t, int64_t r) {
  constexpr int64_t wide = shorts / Int8Layout::group, vectors = 8;  // outputs of a vector
  constexpr int64_t outputs = std::min(Int8Layout::panel, wide * vectors);
  const hn::Rebind<int8_t, Shorts> bytes;
  const hn::Rebind<uint8_t, Shorts> unsigned_bytes;
  const hn::Repartition<uint32_t, hn::Rebind<uint8_t, Shorts>> fours;
  alignas(64) int32_t halves[2 * outputs];
  for (int64_t first = 0; first < Int8Layout::panel; first += outputs) {
    hn::Vec<Ints> sums[vectors];
    for (auto& sum : sums) sum = hn::Zero(Ints());
    const int8_t* numbers = t.numbers + first * Int8Layout::group;
    for (int64_t g = 0; g < t.groups; ++g, numbers += Int8Layout::panel * Int8Layout::group) {
      uint32_t four;
      std::memcpy(&four, t.rows + r * t.row_step + g * Int8Layout::group, sizeof four);
      const auto x = hn::PromoteTo(Shorts(), hn::BitCast(unsigned_bytes, hn::Set(fours, four)));
      for (int64_t v = 0; v < outputs / wide; ++v)
        sums[v] = add_pairs(x, hn::PromoteTo(Shorts(), hn::LoadU(bytes, numbers + v * shorts)), sums[v]);
    }
    for (int64_t v = 0; v < outputs / wide; ++v) hn::StoreU(sums[v], Ints(), halves + v * shorts / 2);
    float* to = t.to + r * t.to_step + first;
    for (int64_t j = 0; j < outputs; ++j) {
      const int32_t sum = t.offsets[first + j] + halves[2 * j] + halves[2 * j + 1];
      to[j] = static_cast<float>(sum) * (t.scales[first + j] * t.row_scales[r]);
    }
  }
}
void run_tile(const Int8Tile& t, int64_t rows) {
  for (int64_t r = 0; r < rows; ++r) row_of_tile(t, r);
}
Int8Kernel tile_kernel() { return run_tile; }

/// NaN where one of the numbers is not finite: a maximum alone would lose it.
template <class T>
float largest_magnitude(const T* x, int64_t count) {
  const auto zero = hn::Zero(Floats());
  auto largest = zero, zeros = zero;
  const auto take = [&](FloatVector v) HWY_ATTR {
    largest = hn::Max(largest, hn::Abs(v));
    zeros = hn::MulAdd(v, zero, zeros);
  };
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) take(load(x + i));
  if (i < count) take(load_part(x + i, count - i));
  return hn::GetLane(hn::MaxOfLanes(Floats(), largest)) + hn::GetLane(hn::SumOfLanes(Floats(), zeros));
}

/// q + 128 of a row; returns its scale. What fills up the last group meets weights of 0.
template <class T>
float quantize_row(const T* x, int64_t count, uint8_t* to) {
  const float largest = largest_magnitude(x, count), factor = largest > 0 ? 127 / largest : 0;
  const hn::Rebind<uint8_t, Floats> bytes;
  const auto round = [&](FloatVector v) HWY_ATTR {
    const auto q = hn::NearestInt(hn::Mul(v, hn::Set(Floats(), factor)));
    return hn::DemoteTo(bytes, hn::Add(q, hn::Set(hn::RebindToSigned<Floats>(), 128)));
  };
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(round(load(x + i)), bytes, to + i);
  if (i < count) {
    uint8_t rest[lanes];
    hn::StoreU(round(load_part(x + i, count - i)), bytes, rest);
    std::copy_n(rest, count - i, to + i);
    i = count;
  }
  for (; i % Int8Layout::group != 0; ++i) to[i] = 128;
  return largest / 127;
}

auto quantize_row_kernels() { return Both{quantize_row<float>, quantize_row<bf16>}; }

}  // namespace
}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(tile_kernel);
HWY_EXPORT(quantize_row_kernels);

namespace {

std::atomic<bool> dot_wanted = true;

template <class T>
void quantize_into(const MatrixView& a, const QuantizedRows& to) {
  const auto quantize_row = HWY_DYNAMIC_DISPATCH(quantize_row_kernels)().of<T>();
  parallel_for(a.rows, row_grain(a.columns), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r)
      to.scales[r] = quantize_row(static_cast<const T*>(a.data) + r * a.stride, a.columns, to.numbers + r * to.step);
  });
}

/// The size of a share.
struct Cut {
  int64_t rows, columns;
};
/// Many rows are cut into blocks that stay in L2 while the weights pass, as many for each thread; of few rows the
/// outputs are cut, so that the weights are read once.
Cut choose_cut(int64_t rows, const Int8Layout& layout) {
  constexpr int64_t most = 128, many = 64;
  const int64_t workers = threads_for(rows * layout.inner * layout.outputs);
  const int64_t blocks = rows >= many ? divide_up(divide_up(rows, most), workers) * workers : 1;
  const int64_t height = divide_up(divide_up(std::max<int64_t>(1, rows), blocks), int8_tile_rows) * int8_tile_rows;
  const int64_t panels = layout.padded_outputs() / Int8Layout::panel;
  return {height, rows >= many ? layout.padded_outputs() : divide_up(panels, workers) * Int8Layout::panel};
}

/// Output `i` of numbers that `number_at(k)` gives; zeros behind the last.
template <class NumberAt>
void store_output(const Int8MatrixOut& to, int64_t i, float scale, const NumberAt& number_at) {
  const Int8Layout& layout = to.layout;
  int32_t sum = 0;
  for (int64_t k = 0; k < layout.groups() * Int8Layout::group; ++k) {
    const int8_t number = k < layout.inner ? number_at(k) : int8_t{0};
    to.numbers()[layout.number_at(i, k)] = number;
    sum += number;
  }
  to.scales()[i] = scale;
  to.offsets()[i] = -128 * sum;
}

/// When outputs up to `end` are stored: what fills up the last panel is computed too, and thrown away.
void finish_storing(const Int8MatrixOut& to, int64_t end) {
  NARU_CHECK(end <= to.layout.outputs, "int8: output {} of {}", end, to.layout.outputs);
  if (end < to.layout.outputs) return;
  for (int64_t i = end; i < to.layout.padded_outputs(); ++i) store_output(to, i, 0, [](int64_t) { return int8_t{0}; });
}

/// Adds what C holds, where a sum is to begin there.
void add_result(const MatrixOut& c, int64_t first_column, const SumsView& sums) {
  const auto add = [&](const auto* from) {
    for (int64_t r = 0; r < sums.rows; ++r)
      for (int64_t j = 0; j < sums.columns; ++j)
        sums.data[r * sums.stride + j] += static_cast<float>(from[r * c.stride + first_column + j]);
  };
  c.dtype == DType::f32 ? add(static_cast<const float*>(c.data)) : add(static_cast<const bf16*>(c.data));
}

}  // namespace

void use_int8_dot(bool yes) { dot_wanted = yes; }

void quantize_rows(const float* weights, int64_t rows, int64_t first, const Int8MatrixOut& to) {
  const int64_t inner = to.layout.inner;
  const auto quantize_row = HWY_DYNAMIC_DISPATCH(quantize_row_kernels)().of<float>();
  parallel_for(rows, row_grain(inner), [&](int64_t begin, int64_t end) {
    static thread_local ThreadBuffer buffer;
    auto* row = buffer.at_least<uint8_t>(to.layout.groups() * Int8Layout::group);
    for (int64_t i = begin; i < end; ++i) {
      const float scale = quantize_row(weights + i * inner, inner, row);
      store_output(to, first + i, scale, [&](int64_t k) { return static_cast<int8_t>(row[k] - 128); });
    }
  });
  finish_storing(to, first + rows);
}

void store_rows(const int8_t* numbers, const float* scales, int64_t rows, int64_t first, const Int8MatrixOut& to) {
  const int64_t inner = to.layout.inner;
  for (int64_t i = 0; i < rows; ++i)
    store_output(to, first + i, scales[i], [&](int64_t k) { return numbers[i * inner + k]; });
  finish_storing(to, first + rows);
}

void load_rows(const Int8Matrix& from, int8_t* numbers, float* scales) {
  const Int8Layout& layout = from.layout;
  for (int64_t i = 0; i < layout.outputs; ++i) {
    scales[i] = from.scales()[i];
    for (int64_t k = 0; k < layout.inner; ++k) numbers[i * layout.inner + k] = from.numbers()[layout.number_at(i, k)];
  }
}

void copy_part(const Int8Matrix& from, int64_t first_output, int64_t first_inner, const Int8MatrixOut& to) {
  for (int64_t i = 0; i < to.layout.outputs; ++i)
    store_output(to, i, from.scales()[first_output + i],
                 [&](int64_t k) { return from.numbers()[from.layout.number_at(first_output + i, first_inner + k)]; });
  finish_storing(to, to.layout.outputs);
}

void gather_outputs(const Int8Matrix& from, std::span<const int32_t> ids, const Int8MatrixOut& to) {
  constexpr int64_t step = Int8Layout::panel * Int8Layout::group;
  for (int64_t i = 0; i < std::ssize(ids); ++i) {
    const int32_t id = ids[static_cast<size_t>(i)];
    const int8_t* numbers = from.numbers() + from.layout.number_at(id, 0);
    int8_t* into = to.numbers() + to.layout.number_at(i, 0);
    for (int64_t g = 0; g < to.layout.groups(); ++g)
      std::memcpy(into + g * step, numbers + g * step, Int8Layout::group);
    to.scales()[i] = from.scales()[id];
    to.offsets()[i] = from.offsets()[id];
  }
  finish_storing(to, to.layout.outputs);
}

void gather_rows(const Int8Matrix& table, const int32_t* ids, int64_t count, float factor, float* y) {
  const Int8Layout& layout = table.layout;
  parallel_for(count, row_grain(layout.inner), [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; ++t) {
      const float scale = factor * table.scales()[ids[t]];
      for (int64_t k = 0; k < layout.inner; ++k)
        y[t * layout.inner + k] = scale * static_cast<float>(table.numbers()[layout.number_at(ids[t], k)]);
    }
  });
}

QuantizedRows quantize(const MatrixView& a, ThreadBuffer& memory) {
  const int64_t step = divide_up(a.columns, Int8Layout::group) * Int8Layout::group;
  const int64_t scales_at = divide_up(a.rows * step, 64) * 64;
  auto* bytes = memory.at_least<uint8_t>(scales_at + a.rows * int64_t{sizeof(float)});
  const QuantizedRows rows{bytes, reinterpret_cast<float*>(bytes + scales_at), a.rows, step};
  a.dtype == DType::f32 ? quantize_into<float>(a, rows) : quantize_into<bf16>(a, rows);
  return rows;
}

void product_part(const QuantizedRows& a, RowRange range, const Int8Matrix& w, ColumnRange part, const MatrixOut& c,
                  const Epilogue& epilogue) {
  static thread_local ThreadBuffer buffer;
  constexpr int64_t panel = Int8Layout::panel;
  const Int8Kernel dot = dot_wanted ? int8_dot_kernel() : nullptr;
  const Int8Kernel kernel = dot ? dot : HWY_DYNAMIC_DISPATCH(tile_kernel)();
  for (int64_t output = part.first / panel * panel; output < part.last; output += panel) {
    const int64_t begin = std::max(output, part.first), columns = std::min(output + panel, part.last) - begin;
    const bool in_place = c.dtype == DType::f32 && columns == panel && !epilogue.add;
    const int8_t* const numbers = w.numbers() + output / panel * w.layout.panel_bytes();
    for (int64_t row = range.first, rows; row < range.last; row += rows) {
      rows = std::min(int8_tile_rows, range.last - row);
      MatrixOut below = c;
      below.data = static_cast<std::byte*>(c.data) + row * c.stride * size_of(c.dtype);
      float* const to =
          in_place ? static_cast<float*>(below.data) + output : buffer.at_least<float>(int8_tile_rows * panel);
      const int64_t step = in_place ? c.stride : panel;
      // The first four tiles of a panel ask for a quarter of the next each: it comes from L2 then.
      const int64_t quarter = std::min<int64_t>((row - range.first) / int8_tile_rows, 3);
      kernel({.rows = a.numbers + row * a.step,
              .row_step = a.step,
              .row_scales = a.scales + row,
              .numbers = numbers,
              .groups = w.layout.groups(),
              .scales = w.scales() + output,
              .offsets = w.offsets() + output,
              .to = to,
              .to_step = step,
              .ahead = numbers + w.layout.panel_bytes() + quarter * w.layout.groups() * 64},
             rows);
      const SumsView sums{to + (begin - output), step, rows, columns};
      if (epilogue.add) add_result(below, begin, sums);
      if (in_place && !epilogue.bias && epilogue.activation == Activation::none) continue;
      finish_sums(sums, epilogue, begin, below);
    }
  }
}

void product(const MatrixView& a, const Int8Matrix& w, const MatrixOut& c, const Epilogue& epilogue) {
  const Int8Layout& layout = w.layout;
  NARU_CHECK(a.columns == layout.inner && !a.transposed, "product: A [{}, {}] · int8 W [{}, {}]ᵀ", a.rows, a.columns,
             layout.outputs, layout.inner);
  NARU_CHECK(epilogue.scale == 1, "product: int8 weights do not scale");
  const ProfiledProduct profiled(2.0 * static_cast<double>(a.rows * layout.inner * layout.outputs), Multiplied::int8);
  static thread_local ThreadBuffer buffer;
  const QuantizedRows rows = quantize(a, buffer);
  const Cut cut = choose_cut(a.rows, layout);
  const int64_t row_blocks = divide_up(a.rows, cut.rows), column_blocks = divide_up(layout.outputs, cut.columns);
  parallel_for(row_blocks * column_blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = i / column_blocks * cut.rows, first = i % column_blocks * cut.columns;
      product_part(rows, {row, std::min(a.rows, row + cut.rows)}, w,
                   {first, std::min(layout.outputs, first + cut.columns)}, c, epilogue);
    }
  });
}

}  // namespace naru::cpu
#endif
