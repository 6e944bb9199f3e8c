#include "naru/text/korean/syllable.h"

#include <array>

#include "naru/base/error.h"
#include "naru/text/utf8.h"

namespace naru {
namespace {
constexpr char32_t first_syllable = 0xAC00, last_syllable = 0xD7A3;
constexpr int vowels = 21, tails = 28, rieul_tail = 8;

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_upper(char32_t c) { return c >= U'A' && c <= U'Z'; }
bool is_lower(char32_t c) { return c >= U'a' && c <= U'z'; }
bool one_of(char32_t c, std::u32string_view set) { return set.find(c) != set.npos; }

FinalConsonant digit_final(char32_t digit) {
  // 영 일 이 삼 사 오 육 칠 팔 구
  constexpr std::array<FinalConsonant, 10> finals = {
      FinalConsonant::other, FinalConsonant::rieul, FinalConsonant::none,  FinalConsonant::other, FinalConsonant::none,
      FinalConsonant::none,  FinalConsonant::other, FinalConsonant::rieul, FinalConsonant::rieul, FinalConsonant::none};
  return finals[digit - U'0'];
}

/// A number that ends in zeros is read by its last unit: 십 백 천, 만, 억, 조, 경.
FinalConsonant number_final(std::u32string_view word) {
  size_t begin = word.size();
  bool decimals = false, all_zero = true;
  while (begin > 0 && (is_digit(word[begin - 1]) || word[begin - 1] == U',' || word[begin - 1] == U'.')) {
    --begin;
    decimals |= word[begin] == U'.';
    all_zero &= !is_digit(word[begin]) || word[begin] == U'0';
  }
  if (word.back() != U'0' || decimals || all_zero) return digit_final(word.back());
  int zeros = 0;
  for (size_t i = word.size(); i > begin && (word[i - 1] == U'0' || word[i - 1] == U','); --i)
    zeros += word[i - 1] == U'0';
  return zeros >= 12 && zeros < 16 ? FinalConsonant::none : FinalConsonant::other;  // 조 is the only open unit
}

FinalConsonant letter_final(char32_t letter) {
  if (one_of(letter, U"LRlr")) return FinalConsonant::rieul;  // 엘, 알
  return one_of(letter, U"MNmn") ? FinalConsonant::other : FinalConsonant::none;
}

/// A lower-case word by its spelling: file 파일, game 게임, book 북, server 서버, test 테스트.
FinalConsonant english_final(std::u32string_view word) {
  const auto at = [&](size_t from_end) { return word.size() > from_end ? word[word.size() - 1 - from_end] : U' '; };
  const size_t silent = at(0) == U'e' && word.size() > 2 ? 1 : 0;
  const char32_t last = at(silent);
  if (last == U'l') return FinalConsonant::rieul;
  if (one_of(last, U"mn") || (last == U'g' && at(silent + 1) == U'n')) return FinalConsonant::other;
  if (silent == 0 && one_of(last, U"ptkcb") && one_of(at(1), U"aeiou")) return FinalConsonant::other;
  return FinalConsonant::none;
}

FinalConsonant latin_final(std::u32string_view word) {
  size_t begin = word.size();
  while (begin > 0 && (is_lower(word[begin - 1]) || is_upper(word[begin - 1]))) --begin;
  const std::u32string_view run = word.substr(begin);
  const bool unit = begin > 0 && is_digit(word[begin - 1]);
  if (run == U"kg" || (unit && run == U"g")) return FinalConsonant::other;                                 // 그램
  if (run == U"km" || run == U"cm" || run == U"mm" || (unit && run == U"m")) return FinalConsonant::none;  // 미터
  return run.size() == 1 || is_upper(run.back()) ? letter_final(run.back()) : english_final(run);
}

}  // namespace

bool is_hangul_syllable(char32_t c) { return c >= first_syllable && c <= last_syllable; }

Jamo decompose(char32_t syllable) {
  NARU_CHECK(is_hangul_syllable(syllable), "decompose: U+{:04X} is no Hangul syllable", uint32_t{syllable});
  const int index = static_cast<int>(syllable - first_syllable);
  return {index / (vowels * tails), index / tails % vowels, index % tails};
}

char32_t compose(Jamo jamo) {
  return first_syllable + static_cast<char32_t>((jamo.lead * vowels + jamo.vowel) * tails + jamo.tail);
}

std::u32string to_code_points(std::string_view utf8) {
  std::u32string result;
  for (size_t i = 0; i < utf8.size();) {
    const size_t length = utf8_character_length(utf8.substr(i));
    if (length == 0) {
      result += U'\uFFFD';
      ++i;
      continue;
    }
    constexpr std::array<unsigned char, 5> masks = {0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t c = static_cast<unsigned char>(utf8[i]) & masks[length];
    for (size_t k = 1; k < length; ++k) c = c << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3F);
    result += c;
    i += length;
  }
  return result;
}

std::string to_utf8(char32_t c) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
}

std::string to_utf8(std::u32string_view code_points) {
  std::string result;
  result.reserve(code_points.size() * 3);
  for (const char32_t c : code_points) result += to_utf8(c);
  return result;
}

FinalConsonant spoken_final(std::string_view utf8) {
  std::u32string word = to_code_points(utf8);
  while (!word.empty() && one_of(word.back(), U"\"')]}>’”」』》〉.,!?")) word.pop_back();
  if (word.empty()) return FinalConsonant::none;
  const char32_t last = word.back();
  if (is_hangul_syllable(last)) {
    const int tail = decompose(last).tail;
    return tail == 0 ? FinalConsonant::none : tail == rieul_tail ? FinalConsonant::rieul : FinalConsonant::other;
  }
  if (is_digit(last)) return number_final(word);
  if (is_lower(last) || is_upper(last)) return latin_final(word);
  return FinalConsonant::none;
}

}  // namespace naru
