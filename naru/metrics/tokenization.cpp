#include "naru/metrics/tokenization.h"

#include <unicode/uchar.h>

#include "naru/base/error.h"
#include "naru/metrics/python_text.h"

namespace naru {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_period_or_comma(char c) { return c == '.' || c == ','; }

/// ASCII punctuation and space, but for apostrophe, comma, hyphen and period.
bool stands_alone(char c) {
  return (c >= ' ' && c <= '&') || (c >= '(' && c <= '+') || c == '/' || (c >= ':' && c <= '@') ||
         (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

/// Puts spaces around the one (or both) characters of each adjacent pair that `matches`; the pairs do not overlap, as
/// in a regular expression's replacement. All tests are on ASCII, so bytes do.
template <class Matches>
std::string space_pairs(std::string_view text, Matches matches, std::string_view before, std::string_view between,
                        std::string_view after) {
  std::string spaced;
  spaced.reserve(text.size() + text.size() / 4);
  size_t i = 0;
  for (; i + 1 < text.size(); ++i) {
    if (!matches(text[i], text[i + 1])) {
      spaced += text[i];
      continue;
    }
    spaced.append(before).append(1, text[i]).append(between).append(1, text[i + 1]).append(after);
    ++i;
  }
  if (i < text.size()) spaced += text[i];
  return spaced;
}

std::vector<std::string> words(std::string_view text) {
  const std::vector<std::string_view> views = python::split(text);
  return {views.begin(), views.end()};
}

std::vector<std::string> tokens_13a(std::string_view sentence) {
  std::string text = python::replace(std::string(sentence), "<skipped>", "");
  text = python::replace(std::move(text), "-\n", "");
  text = python::replace(std::move(text), "\n", " ");
  return words(space_around_numbers(space_punctuation(" " + restore_entities(std::move(text)) + " ")));
}

enum class Kind { number, punctuation, symbol, other };

Kind kind(char32_t character) {
  const uint32_t category = U_GET_GC_MASK(static_cast<UChar32>(character));
  if (category & U_GC_N_MASK) return Kind::number;
  if (category & U_GC_P_MASK) return Kind::punctuation;
  return category & U_GC_S_MASK ? Kind::symbol : Kind::other;
}

/// The same for Unicode's classes: first `\P{N}\p{P}` → `a b `, then `\p{P}\P{N}` → ` a b`.
template <class Matches>
std::u32string space_unicode_pairs(std::u32string_view text, Matches matches, bool in_front) {
  std::u32string spaced;
  spaced.reserve(text.size() + text.size() / 4);
  size_t i = 0;
  for (; i + 1 < text.size(); ++i) {
    if (!matches(kind(text[i]), kind(text[i + 1]))) {
      spaced += text[i];
      continue;
    }
    if (in_front) spaced += U' ';
    spaced.append(1, text[i]).append(1, U' ').append(1, text[i + 1]);
    if (!in_front) spaced += U' ';
    ++i;
  }
  if (i < text.size()) spaced += text[i];
  return spaced;
}

std::vector<std::string> tokens_intl(std::string_view sentence) {
  std::u32string text = space_unicode_pairs(
      python::code_points(sentence), [](Kind a, Kind b) { return a != Kind::number && b == Kind::punctuation; }, false);
  text = space_unicode_pairs(
      text, [](Kind a, Kind b) { return a == Kind::punctuation && b != Kind::number; }, true);
  std::u32string spaced;
  spaced.reserve(text.size() + text.size() / 4);
  for (const char32_t character : text) {
    const bool symbol = kind(character) == Kind::symbol;
    if (symbol) spaced += U' ';
    spaced += character;
    if (symbol) spaced += U' ';
  }
  return words(python::utf8(spaced));
}

std::vector<std::string> tokens_char(std::string_view sentence) {
  std::vector<std::string> tokens;
  for (const char32_t character : python::code_points(sentence))
    if (!python::is_space(character)) tokens.push_back(python::utf8({&character, 1}));
  return tokens;
}

}  // namespace

std::string space_punctuation(std::string_view sentence) {
  std::string text;
  text.reserve(sentence.size() + sentence.size() / 2);
  for (const char c : sentence) {
    if (stands_alone(c))
      text.append(1, ' ').append(1, c).append(1, ' ');
    else
      text += c;
  }
  return text;
}

std::string space_around_numbers(std::string_view sentence) {
  std::string text = space_pairs(
      sentence, [](char a, char b) { return !is_digit(a) && is_period_or_comma(b); }, "", " ", " ");
  text = space_pairs(
      text, [](char a, char b) { return is_period_or_comma(a) && !is_digit(b); }, " ", " ", "");
  return space_pairs(
      text, [](char a, char b) { return is_digit(a) && b == '-'; }, "", " ", " ");
}

std::string restore_entities(std::string sentence) {
  if (sentence.find('&') == std::string::npos) return sentence;
  sentence = python::replace(std::move(sentence), "&quot;", "\"");
  sentence = python::replace(std::move(sentence), "&amp;", "&");
  sentence = python::replace(std::move(sentence), "&lt;", "<");
  return python::replace(std::move(sentence), "&gt;", ">");
}

Tokenization tokenization(std::string_view name) {
  if (name == "13a") return {"13a", tokens_13a};
  if (name == "intl") return {"intl", tokens_intl};
  if (name == "char") return {"char", tokens_char};
  if (name == "none") return {"none", words};
  fail("tokenization '{}' is unknown; one of 13a, intl, char, none", name);
}

}  // namespace naru
