// Numbers in digits, as Korean and English texts share them.
#pragma once

#include <string>
#include <string_view>

namespace naru {

/// The text's code points in compatibility-normalised form (NFKC): full-width digits, ㎞ and ％ become plain ones.
std::u32string normalized_points(std::string_view text);

inline bool is_decimal(char32_t c) { return c >= U'0' && c <= U'9'; }
inline bool is_latin(char32_t c) { return (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z'); }

/// A number at the start of a text: 12, 1,234, 0.5.
struct Digits {
  double value = 0;
  size_t length = 0;       // in code points; 0 where there is none
  bool is_number = false;  // false of a run with several points: a version, an address
};
Digits digits_at(std::u32string_view text);

/// Whether the digits [begin, end) are a part of 1/2, which words may say otherwise (half, 절반).
bool is_fraction(std::u32string_view text, size_t begin, size_t end);

/// What stands at place `at` of a text, behind digits without a space.
struct DigitsSuffix {
  double scale = 1;       // 35K: 1,000; 5M: 1,000,000; 2bn
  size_t length = 0;      // of all Latin letters there
  bool is_number = true;  // false where the letters make a name of it: 3D, 0x10
};
DigitsSuffix suffix_at(std::u32string_view text, size_t at);

}  // namespace naru
