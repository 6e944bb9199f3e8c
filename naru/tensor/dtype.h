// What a number is stored as. Arithmetic is done in f32 (the twins in double), whatever the storage.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace naru {

/// q8: a matrix of 8-bit weights with a scale for each row, in a layout of its own (int8_layout.h).
enum class DType : uint8_t { f32, bf16, i32, i8, i64, u8, q8 };

/// The upper half of an IEEE f32: 8 bits of exponent, 7 of mantissa.
struct bf16 {
  uint16_t bits = 0;

  bf16() = default;
  /// Rounds to nearest, ties to even; NaN stays NaN.
  explicit bf16(float value) {
    const auto word = std::bit_cast<uint32_t>(value);
    const bool nan = (word & 0x7fffffffu) > 0x7f800000u;
    bits = static_cast<uint16_t>(nan ? (word >> 16) | 0x40u : (word + 0x7fffu + ((word >> 16) & 1u)) >> 16);
  }
  explicit operator float() const { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }
};

/// Bytes of one number; of q8 without the scales.
constexpr int64_t size_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
    case DType::i32: return 4;
    case DType::bf16: return 2;
    case DType::i64: return 8;
    case DType::i8:
    case DType::u8:
    case DType::q8: return 1;
  }
  return 0;
}

constexpr std::string_view name(DType dtype) {
  constexpr std::string_view names[] = {"f32", "bf16", "i32", "i8", "i64", "u8", "q8"};
  return names[static_cast<int>(dtype)];
}

template <class T>
inline constexpr DType dtype_of = DType::f32;
template <>
inline constexpr DType dtype_of<bf16> = DType::bf16;
template <>
inline constexpr DType dtype_of<int32_t> = DType::i32;
template <>
inline constexpr DType dtype_of<int8_t> = DType::i8;
template <>
inline constexpr DType dtype_of<int64_t> = DType::i64;
template <>
inline constexpr DType dtype_of<uint8_t> = DType::u8;

}  // namespace naru
