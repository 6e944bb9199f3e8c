// How a matrix of small weights lies in memory: as products read it, so that no second copy is needed.
//
//   words   [panels][words][64 outputs], 32 bits each: an output's next 8 (q4), 4 (q8) or 2 (b16) numbers of the inner
//           sum, zeros where either ends. Whole numbers are stored as number + zero, unsigned; byte b of a word of q4
//           holds number b below and number b + 4 above. b16 is oneDNN's layout too, which wants sixteens of words.
//   scales  [panels][groups][64 outputs], f32: weight = scale · number; none for b16
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "naru/tensor/dtype.h"

namespace naru {

struct PanelLayout {
  static constexpr int64_t panel = 64, word_bytes = 4;
  DType dtype;
  int64_t outputs, inner;
  /// Of a part of a matrix that begins inside a group: zeros before its first number, so that groups stay what they
  /// were.
  int64_t skew = 0;

  constexpr int64_t word_numbers() const { return dtype == DType::b16 ? 2 : dtype == DType::q8 ? 4 : 8; }
  /// What is added to a number where it is stored.
  constexpr int zero() const { return dtype == DType::b16 ? 0 : dtype == DType::q8 ? 128 : 8; }
  constexpr int64_t words() const {
    const int64_t step = dtype == DType::b16 ? 32 : word_numbers();
    return (skew + inner + step - 1) / step * (step / word_numbers());
  }
  /// Numbers of an output that share a scale.
  constexpr int64_t group() const { return is_q4(dtype) ? q4_group(dtype) : words() * word_numbers(); }
  constexpr int64_t groups() const {
    return dtype == DType::b16 ? 0 : dtype == DType::q8 ? 1 : (skew + inner + group() - 1) / group();
  }
  constexpr int64_t panels() const { return (outputs + panel - 1) / panel; }
  constexpr int64_t panel_bytes() const { return words() * panel * word_bytes; }
  constexpr int64_t scales_at() const { return panels() * panel_bytes(); }
  constexpr int64_t bytes() const { return scales_at() + panels() * groups() * panel * int64_t{sizeof(float)}; }
};

/// Where output `i`'s number `k` lies, and its scale.
template <class Byte>
struct PanelView {
  PanelLayout layout;
  Byte* data = nullptr;

  Byte* words(int64_t first_output) const { return data + first_output / PanelLayout::panel * layout.panel_bytes(); }
  auto* scales(int64_t first_output) const {
    using Float = std::conditional_t<std::is_const_v<Byte>, const float, float>;
    return reinterpret_cast<Float*>(data + layout.scales_at()) +
           first_output / PanelLayout::panel * layout.groups() * PanelLayout::panel;
  }
  auto& scale(int64_t i, int64_t group) const { return scales(i)[group * PanelLayout::panel + i % PanelLayout::panel]; }

  /// As it is stored: with `zero` added, or the bits of a bf16.
  int stored(int64_t i, int64_t k) const {
    const Place at = place(i, k);
    const int byte = static_cast<int>(*at.byte);
    if (layout.dtype == DType::b16) return byte | static_cast<int>(at.byte[1]) << 8;
    return layout.dtype == DType::q8 ? byte : byte >> at.shift & 15;
  }
  void store(int64_t i, int64_t k, int number) const {
    const Place at = place(i, k);
    if (is_q4(layout.dtype)) {
      *at.byte = (*at.byte & ~(std::byte{15} << at.shift)) | static_cast<std::byte>(number << at.shift);
      return;
    }
    at.byte[0] = static_cast<std::byte>(number);
    if (layout.dtype == DType::b16) at.byte[1] = static_cast<std::byte>(number >> 8);
  }
  /// The weight that is meant.
  float value(int64_t i, int64_t k) const {
    const int number = stored(i, k);
    if (layout.dtype == DType::b16) return std::bit_cast<float>(static_cast<uint32_t>(number) << 16);
    return scale(i, (layout.skew + k) / layout.group()) * static_cast<float>(number - layout.zero());
  }

 private:
  struct Place {
    Byte* byte;
    int shift;
  };
  Place place(int64_t i, int64_t k) const {
    const int64_t at = layout.skew + k, numbers = layout.word_numbers();
    Byte* word = words(i) + (at / numbers * PanelLayout::panel + i % PanelLayout::panel) * PanelLayout::word_bytes;
    const int64_t inside = at % numbers;
    if (layout.dtype == DType::b16) return {word + 2 * inside, 0};
    return {word + inside % 4, static_cast<int>(inside / 4 * 4)};
  }
};
using PanelMatrix = PanelView<const std::byte>;
using PanelMatrixOut = PanelView<std::byte>;

}  // namespace naru
