#include "naru/metrics/python_text.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

namespace naru::python {
namespace {

/// The code point at `position`, which moves behind it.
char32_t next(std::string_view text, int32_t& position) {
  UChar32 character;
  U8_NEXT_OR_FFFD(text.data(), position, static_cast<int32_t>(text.size()), character);
  return static_cast<char32_t>(character);
}

}  // namespace

bool is_space(char32_t c) {
  if (c < 0x80) return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20);
  return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
         c == 0x202f || c == 0x205f || c == 0x3000;
}

std::u32string code_points(std::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  for (int32_t i = 0; i < static_cast<int32_t>(text.size());) characters.push_back(next(text, i));
  return characters;
}

std::string utf8(std::u32string_view characters) {
  std::string text;
  text.reserve(characters.size());
  for (const char32_t character : characters) {
    char bytes[U8_MAX_LENGTH];
    int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, static_cast<UChar32>(character));
    text.append(bytes, static_cast<size_t>(length));
  }
  return text;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  int32_t begin = 0, i = 0;
  const auto size = static_cast<int32_t>(text.size());
  while (i < size) {
    const int32_t here = i;
    if (!is_space(next(text, i))) continue;
    if (here > begin) words.push_back(text.substr(static_cast<size_t>(begin), static_cast<size_t>(here - begin)));
    begin = i;
  }
  if (size > begin) words.push_back(text.substr(static_cast<size_t>(begin)));
  return words;
}

std::string_view strip_right(std::string_view text) {
  auto end = static_cast<int32_t>(text.size());
  while (end > 0) {
    int32_t before = end;
    UChar32 character;
    U8_PREV_OR_FFFD(reinterpret_cast<const uint8_t*>(text.data()), 0, before, character);
    if (!is_space(static_cast<char32_t>(character))) break;
    end = before;
  }
  return text.substr(0, static_cast<size_t>(end));
}

std::string lower(std::string_view text) {
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  std::string lowered;
  if (std::all_of(text.begin(), text.end(), ascii)) {
    lowered = text;
    for (char& c : lowered)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lowered;
  }
  UErrorCode status = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&lowered, static_cast<int32_t>(text.size()));
  icu::CaseMap::utf8ToLower("", 0, {text.data(), static_cast<int32_t>(text.size())}, sink, nullptr, status);
  return lowered;
}

std::string replace(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace naru::python
