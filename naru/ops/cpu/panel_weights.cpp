#include "naru/ops/cpu/panel_weights.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "naru/base/error.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/buffer.h"
#include "naru/ops/cpu/kernel.h"
#include "naru/ops/cpu/panel_rounding.h"

namespace naru::cpu {
namespace {

/// Output `i` of what `stored_at(k)` gives; zeros around it.
template <class StoredAt>
void store_output(const PanelMatrixOut& to, int64_t i, const StoredAt& stored_at) {
  const PanelLayout& layout = to.layout;
  const int64_t end = layout.words() * layout.word_numbers() - layout.skew;
  for (int64_t k = -layout.skew; k < end; ++k)
    to.store(i, k, 0 <= k && k < layout.inner ? stored_at(k) : layout.zero());
}

/// A word of q8 or q4, whose numbers are stored with `zero` added.
uint32_t word_of(DType dtype, const int8_t* numbers) {
  uint32_t word = 0, upper = 0;
  std::memcpy(&word, numbers, sizeof word);
  if (dtype == DType::q8) return word ^ 0x80808080u;  // of a byte n that is n + 128
  std::memcpy(&upper, numbers + 4, sizeof upper);
  constexpr uint32_t halves = 0x0f0f0f0fu, eights = 0x08080808u;
  return ((word & halves) ^ eights) | ((upper & halves) ^ eights) << 4;
}

/// The same of whole numbers and their scales.
void store_output(const PanelMatrixOut& to, int64_t i, const int8_t* numbers, const float* scales) {
  const PanelLayout& layout = to.layout;
  const int64_t step = layout.word_numbers();
  std::byte* word = to.words(i) + i % PanelLayout::panel * PanelLayout::word_bytes;
  for (int64_t w = 0; w < layout.words(); ++w, word += PanelLayout::panel * PanelLayout::word_bytes) {
    int8_t last[8] = {};
    const int64_t left = layout.inner - w * step;
    if (left < step) std::copy_n(numbers + w * step, std::max<int64_t>(0, left), last);
    const uint32_t bits = word_of(layout.dtype, left < step ? last : numbers + w * step);
    std::memcpy(word, &bits, sizeof bits);
  }
  for (int64_t g = 0; g < layout.groups(); ++g) to.scale(i, g) = scales[g];
}

/// When outputs up to `end` are stored: what fills up the last panel is computed too, and thrown away.
void finish_storing(const PanelMatrixOut& to, int64_t end) {
  NARU_CHECK(end <= to.layout.outputs, "panels: output {} of {}", end, to.layout.outputs);
  if (end < to.layout.outputs) return;
  for (int64_t i = end; i < to.layout.panels() * PanelLayout::panel; ++i) {
    store_output(to, i, [&](int64_t) { return to.layout.zero(); });
    for (int64_t g = 0; g < to.layout.groups(); ++g) to.scale(i, g) = 0;
  }
}

/// Rounds a row to whole numbers, group by group.
void round_row(const float* row, const PanelLayout& layout, int8_t* numbers, float* scales) {
  if (layout.dtype == DType::q8) {
    *scales = round_to_bytes(row, layout.inner, numbers);
    return;
  }
  for (int64_t k = 0; k < layout.inner; k += layout.group())
    *scales++ = round_to_4_bits(row + k, std::min(layout.group(), layout.inner - k), numbers + k);
}

/// Number `n` of a word, without its scale.
template <int bits>
float number_of(uint32_t word, int64_t n) {
  if constexpr (bits == 16) return std::bit_cast<float>(n == 0 ? word << 16 : word & 0xffff0000u);
  if constexpr (bits == 8) return static_cast<float>(static_cast<int>(word >> 8 * n & 255) - 128);
  return static_cast<float>(static_cast<int>(word >> (8 * (n % 4) + n / 4 * 4) & 15) - 8);
}

/// y = factor · row `id`. Its words lie a panel apart from each other.
template <int bits>
void gather_row(const PanelMatrix& table, int64_t id, float factor, float* y) {
  constexpr int64_t step = PanelLayout::panel * PanelLayout::word_bytes, numbers = 32 / bits;
  const PanelLayout& layout = table.layout;
  const std::byte* words = table.words(id) + id % PanelLayout::panel * PanelLayout::word_bytes;
  for (int64_t k = 0, group = 0; k < layout.inner; ++group) {
    const float scale = bits == 16 ? factor : factor * table.scale(id, group);
    const int64_t last = bits == 4 ? std::min(layout.inner, k + layout.group()) : layout.inner;
    for (; k < last; words += step) {
      uint32_t word;
      std::memcpy(&word, words, sizeof word);
      for (int64_t n = 0; n < numbers && k < last; ++n, ++k) y[k] = scale * number_of<bits>(word, n);
    }
  }
}

}  // namespace

void round_rows(const float* weights, int64_t rows, int64_t first, const PanelMatrixOut& to) {
  const PanelLayout& layout = to.layout;
  parallel_for(rows, row_grain(layout.inner), [&](int64_t begin, int64_t end) {
    static thread_local ThreadBuffer number_buffer, scale_buffer;
    auto* numbers = number_buffer.at_least<int8_t>(layout.inner);
    auto* scales = scale_buffer.at_least<float>(layout.groups());
    for (int64_t i = begin; i < end; ++i) {
      const float* row = weights + i * layout.inner;
      if (is_quantized(layout.dtype)) {
        round_row(row, layout, numbers, scales);
        store_output(to, first + i, numbers, scales);
      } else {
        store_output(to, first + i, [&](int64_t k) { return int{bf16(row[k]).bits}; });
      }
    }
  });
  finish_storing(to, first + rows);
}

void round_in_place(float* weights, const PanelLayout& layout) {
  parallel_for(layout.outputs, row_grain(layout.inner * 4), [&](int64_t begin, int64_t end) {
    static thread_local ThreadBuffer number_buffer, scale_buffer;
    auto* numbers = number_buffer.at_least<int8_t>(layout.inner);
    auto* scales = scale_buffer.at_least<float>(layout.groups());
    for (int64_t i = begin; i < end; ++i) {
      float* row = weights + i * layout.inner;
      if (is_quantized(layout.dtype)) {
        round_row(row, layout, numbers, scales);
        for (int64_t k = 0; k < layout.inner; ++k) row[k] = scales[k / layout.group()] * static_cast<float>(numbers[k]);
      } else {
        for (int64_t k = 0; k < layout.inner; ++k) row[k] = static_cast<float>(bf16(row[k]));
      }
    }
  });
}

void store_rows(const int8_t* numbers, const float* scales, int64_t rows, int64_t first, const PanelMatrixOut& to) {
  const PanelLayout& layout = to.layout;
  NARU_CHECK(layout.skew == 0, "panels: rows of a part of a matrix");
  // Whole panels for each thread: their outputs lie in the same lines.
  parallel_for(rows, PanelLayout::panel, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      store_output(to, first + i, numbers + i * layout.inner, scales + i * layout.groups());
  });
  finish_storing(to, first + rows);
}

void load_rows(const PanelMatrix& from, int8_t* numbers, float* scales) {
  const PanelLayout& layout = from.layout;
  for (int64_t i = 0; i < layout.outputs; ++i) {
    for (int64_t g = 0; g < layout.groups(); ++g) *scales++ = from.scale(i, g);
    for (int64_t k = 0; k < layout.inner; ++k) *numbers++ = static_cast<int8_t>(from.stored(i, k) - layout.zero());
  }
}

void copy_part(const PanelMatrix& from, int64_t first_output, int64_t first_inner, const PanelMatrixOut& to) {
  const int64_t first_group = is_q4(from.layout.dtype) ? first_inner / from.layout.group() : 0;
  for (int64_t i = 0; i < to.layout.outputs; ++i) {
    const int64_t output = first_output + i;
    store_output(to, i, [&](int64_t k) { return from.stored(output, first_inner + k); });
    for (int64_t g = 0; g < to.layout.groups(); ++g) to.scale(i, g) = from.scale(output, first_group + g);
  }
  finish_storing(to, to.layout.outputs);
}

void gather_outputs(const PanelMatrix& from, std::span<const int32_t> ids, const PanelMatrixOut& to) {
  constexpr int64_t panel = PanelLayout::panel, word = PanelLayout::word_bytes;
  for (int64_t i = 0; i < std::ssize(ids); ++i) {
    const int32_t id = ids[static_cast<size_t>(i)];
    const std::byte* words = from.words(id) + id % panel * word;
    std::byte* into = to.words(i) + i % panel * word;
    for (int64_t w = 0; w < to.layout.words(); ++w)
      std::memcpy(into + w * panel * word, words + w * panel * word, word);
    for (int64_t g = 0; g < to.layout.groups(); ++g) to.scale(i, g) = from.scale(id, g);
  }
  finish_storing(to, std::ssize(ids));
}

void gather_rows(const PanelMatrix& table, const int32_t* ids, int64_t count, float factor, float* y) {
  const PanelLayout& layout = table.layout;
  NARU_CHECK(layout.skew == 0, "gather: a part of a matrix");
  const auto gather = layout.dtype == DType::b16  ? gather_row<16>
                      : layout.dtype == DType::q8 ? gather_row<8>
                                                  : gather_row<4>;
  parallel_for(count, 8, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; ++t) gather(table, ids[t], factor, y + t * layout.inner);
  });
}

}  // namespace naru::cpu
