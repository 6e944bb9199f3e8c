// Hangul syllables and their letters (jamo). Unicode 15, section 3.12: a precomposed syllable is
// U+AC00 + (lead · 21 + vowel) · 28 + tail.  Read `verb.h` next to see what the letters are for.
#pragma once

#include <string>
#include <string_view>

namespace naru {

/// The letters of one syllable by Unicode's index: lead 0–18, vowel 0–20, tail 0 (none) – 27.
struct Jamo {
  int lead = 0, vowel = 0, tail = 0;
  bool operator==(const Jamo&) const = default;
};
constexpr int tail_none = 0, tail_n = 4, tail_l = 8, tail_p = 17, tail_ss = 20;

bool is_hangul_syllable(char32_t c);
/// The letters of a precomposed syllable; a check fails for anything else.
Jamo decompose(char32_t syllable);
char32_t compose(Jamo jamo);

/// UTF-8 → code points; bytes that are not UTF-8 become U+FFFD each.
std::u32string to_code_points(std::string_view utf8);
std::string to_utf8(std::u32string_view code_points);
std::string to_utf8(char32_t code_point);

/// How the last *spoken* syllable of a word ends; ㄹ stands apart because (으)로 asks for it.
enum class FinalConsonant { none, rieul, other };
/// Digits are read as numbers (3 삼, 10 십, 1000 천), capitals letter by letter (GPU 지피유), lower-case words roughly
/// as they sound (file 파일), closing quotes and brackets are skipped.
FinalConsonant spoken_final(std::string_view word);

}  // namespace naru
