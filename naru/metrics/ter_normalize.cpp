// Tercom's preparation of a line (its Normalizer), in the form that sacreBLEU gives it.
#include "naru/metrics/python_text.h"
#include "naru/metrics/ter.h"
#include "naru/metrics/tokenization.h"

namespace naru {
namespace {

struct Range {
  char32_t first, last;
  bool operator()(char32_t c) const { return c >= first && c <= last; }
};
template <size_t n>
bool in_any(const Range (&ranges)[n], char32_t c) {
  for (const Range& range : ranges)
    if (range(c)) return true;
  return false;
}

// Characters that stand alone under `asian_support`: ideographs, strokes and radicals, compatibility forms, and from
// U+3200 up to U+3F22, a slip for U+32FF that is part of the number.
constexpr Range ideographs[] = {{0x4e00, 0x9fff}, {0x3400, 0x4dbf}, {0x31c0, 0x31ef}, {0x2e80, 0x2eff},
                                {0x3300, 0x33ff}, {0xf900, 0xfaff}, {0xfe30, 0xfe4f}, {0x3200, 0x3f22}};
// sacreBLEU also names hiragana and katakana, but only where a line consists of nothing else, not even the space that
// the Western part has put around it: this never happens.
constexpr Range asian_punctuation[] = {{0x3001, 0x3002}, {0x3008, 0x3011}, {0x3014, 0x301f}, {0xff61, 0xff65},
                                       {0x30fb, 0x30fb}, {0xff0e, 0xff0e}, {0xff0c, 0xff0c}, {0xff1f, 0xff1f},
                                       {0xff1a, 0xff1b}, {0xff01, 0xff02}, {0xff08, 0xff09}};

std::string normalize_western(std::string line) {
  line = python::replace(std::move(line), "\n-", "");
  line = python::replace(std::move(line), "\n", " ");
  line = space_punctuation(" " + restore_entities(std::move(line)) + " ");
  return space_around_numbers(python::replace(std::move(line), "'s ", " 's "));
}

std::string normalize_asian(std::string_view line) {
  std::u32string spaced;
  for (const char32_t c : python::code_points(line)) {
    const bool alone = in_any(ideographs, c) || in_any(asian_punctuation, c);
    if (alone) spaced += U' ';
    spaced += c;
    if (alone) spaced += U' ';
  }
  return python::utf8(spaced);
}

std::string without_punctuation(std::string_view line, bool asian) {
  std::u32string kept;
  for (const char32_t c : python::code_points(line)) {
    const bool western = c < 0x80 && std::string_view(".,?:;!\"()").find(static_cast<char>(c)) != std::string::npos;
    if (!western && !(asian && in_any(asian_punctuation, c))) kept += c;
  }
  return python::utf8(kept);
}

}  // namespace

std::string ter_normalize(std::string_view line, const TerOptions& options) {
  std::string text(python::strip_right(line));
  if (!options.case_sensitive) text = python::lower(text);
  if (options.normalized) {
    text = normalize_western(std::move(text));
    if (options.asian_support) text = normalize_asian(text);
  }
  if (options.no_punctuation) text = without_punctuation(text, options.asian_support);
  std::string words;
  for (const std::string_view word : python::split(text)) words.append(words.empty() ? "" : " ").append(word);
  return words;
}

}  // namespace naru
