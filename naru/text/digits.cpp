#include "naru/text/digits.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>

#include "naru/base/error.h"
#include "naru/text/korean/syllable.h"

namespace naru {
namespace {

size_t run_of_digits(std::u32string_view text, size_t begin) {
  return std::min(text.find_first_not_of(U"0123456789", begin), text.size()) - std::min(begin, text.size());
}

struct Suffix {
  std::u32string_view letters;
  double scale = 1;
};
constexpr std::array suffixes{Suffix{U"k", 1e3}, Suffix{U"K", 1e3}, Suffix{U"M", 1e6}, Suffix{U"bn", 1e9},
                              Suffix{U"m"},      Suffix{U"th"},     Suffix{U"st"},     Suffix{U"nd"},
                              Suffix{U"rd"},     Suffix{U"am"},     Suffix{U"pm"},     Suffix{U"mm"},
                              Suffix{U"cm"},     Suffix{U"km"},     Suffix{U"kg"},     Suffix{U"g"},
                              Suffix{U"mph"},    Suffix{U"x"},      Suffix{U"kw"},     Suffix{U"kW"}};

}  // namespace

std::u32string normalized_points(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFKCInstance(status);
  NARU_CHECK(U_SUCCESS(status), "ICU has no NFKC data: {}", u_errorName(status));
  const icu::UnicodeString whole =
      form->normalize(icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())}), status);
  std::string utf8;
  whole.toUTF8String(utf8);
  return to_code_points(utf8);
}

Digits digits_at(std::u32string_view text) {
  Digits found;
  size_t at = run_of_digits(text, 0), points = 0;
  if (at == 0) return found;
  for (const bool grouped = at <= 3;
       grouped && at < text.size() && text[at] == U',' && run_of_digits(text, at + 1) == 3;)
    at += 4;
  for (; at + 1 < text.size() && text[at] == U'.' && is_decimal(text[at + 1]); ++points)
    at += 1 + run_of_digits(text, at + 1);
  std::string plain;
  for (const char32_t c : text.substr(0, at))
    if (c != U',') plain += static_cast<char>(c);
  found.length = at;
  found.is_number = points <= 1 && plain.size() < 300;
  if (found.is_number) found.value = std::stod(plain);
  return found;
}

bool is_fraction(std::u32string_view text, size_t begin, size_t end) {
  const auto decimal = [&](size_t at) { return at < text.size() && is_decimal(text[at]); };
  return (begin >= 2 && text[begin - 1] == U'/' && decimal(begin - 2)) ||
         (end < text.size() && text[end] == U'/' && decimal(end + 1));
}

DigitsSuffix suffix_at(std::u32string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_latin(text[end])) ++end;
  const std::u32string_view letters = text.substr(std::min(at, text.size()), end - at);
  if (letters.empty()) return {};
  const auto* const known = std::ranges::find(suffixes, letters, &Suffix::letters);
  if (known == suffixes.end()) return {.scale = 1, .length = letters.size(), .is_number = false};
  return {known->scale, letters.size(), true};
}

}  // namespace naru
