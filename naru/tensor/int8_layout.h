// How a matrix of 8-bit weights lies in memory (dtype q8): as products read it, so that no second copy is needed.
//
//   numbers  [panels][groups][64 outputs][4 of the inner sum], zeros where either ends
//   scales   [outputs], f32: weight = scale · number
//   offsets  [outputs], i32: -128 · sum of an output's numbers, for what is multiplied as x + 128 (unsigned)
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace naru {

struct Int8Layout {
  static constexpr int64_t panel = 64, group = 4;
  int64_t outputs, inner;

  int64_t groups() const { return (inner + group - 1) / group; }
  int64_t padded_outputs() const { return (outputs + panel - 1) / panel * panel; }
  int64_t panel_bytes() const { return groups() * panel * group; }
  int64_t scales_at() const { return padded_outputs() / panel * panel_bytes(); }
  int64_t offsets_at() const { return scales_at() + padded_outputs() * int64_t{sizeof(float)}; }
  int64_t bytes() const { return offsets_at() + padded_outputs() * int64_t{sizeof(int32_t)}; }
  /// Of number `k` of output `i`, in bytes from the beginning.
  int64_t number_at(int64_t i, int64_t k) const {
    return i / panel * panel_bytes() + k / group * panel * group + i % panel * group + k % group;
  }
};

/// A matrix in that layout.
template <class Byte>
struct Int8View {
  Int8Layout layout;
  Byte* data = nullptr;

  auto* numbers() const { return cast<int8_t>(0); }
  auto* scales() const { return cast<float>(layout.scales_at()); }
  auto* offsets() const { return cast<int32_t>(layout.offsets_at()); }

 private:
  template <class T>
  auto* cast(int64_t at) const {
    if constexpr (std::is_const_v<Byte>) {
      return reinterpret_cast<const T*>(data + at);
    } else {
      return reinterpret_cast<T*>(data + at);
    }
  }
};
using Int8Matrix = Int8View<const std::byte>;
using Int8MatrixOut = Int8View<std::byte>;

}  // namespace naru
