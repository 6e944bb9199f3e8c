// What a number is stored as. Arithmetic is done in f32 (the twins in double), whatever the storage.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace naru {

/// The last are matrices of weights for translating, in a layout of their own (panel_layout.h): b16 holds bf16 numbers,
/// q8 whole numbers of 8 bits with a scale for each row, q4 of 4 bits with one for each 32, 64 or 128 numbers of a row.
enum class DType : uint8_t { f32, bf16, i32, i8, i64, u8, b16, q8, q4_32, q4_64, q4_128 };

constexpr bool is_q4(DType dtype) { return dtype >= DType::q4_32; }
/// Whether sums of whole numbers make its products: the left side is rounded then as well.
constexpr bool is_quantized(DType dtype) { return dtype >= DType::q8; }
constexpr bool lies_in_panels(DType dtype) { return dtype >= DType::b16; }
constexpr int64_t q4_group(DType dtype) { return dtype == DType::q4_32 ? 32 : dtype == DType::q4_64 ? 64 : 128; }

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

/// Bytes of one number; 0 where a matrix lies in panels, whose size its layout knows.
constexpr int64_t size_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
    case DType::i32: return 4;
    case DType::bf16: return 2;
    case DType::i64: return 8;
    case DType::i8:
    case DType::u8: return 1;
    default: return 0;
  }
}

constexpr std::string_view name(DType dtype) {
  constexpr std::string_view names[] = {"f32", "bf16", "i32",   "i8",    "i64",   "u8",
                                        "b16", "q8",   "q4_32", "q4_64", "q4_128"};
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
