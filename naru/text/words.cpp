#include "naru/text/words.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace naru {
namespace {

bool ends_sentence(UChar32 c) {
  return c == '.' || c == '?' || c == '!' || c == 0x2026 || c == 0x3002 || c == 0xff01 || c == 0xff1f;
}
bool closes(UChar32 c) {
  const int8_t type = u_charType(c);
  return c == '"' || c == '\'' || type == U_END_PUNCTUATION || type == U_FINAL_PUNCTUATION;
}

/// Where the final punctuation of text[begin, end) starts; `end` when there is none.
int32_t final_punctuation(std::string_view text, int32_t begin, int32_t end) {
  int32_t at = end, start = end;
  while (at > begin) {
    int32_t before = at;
    UChar32 c;
    U8_PREV(text.data(), begin, before, c);
    if (ends_sentence(c)) start = before;
    if (!ends_sentence(c) && (start != end || !closes(c))) break;
    at = before;
  }
  return start;
}

}  // namespace

std::vector<Span> words_of(std::string_view text) {
  std::vector<Span> words;
  const auto size = static_cast<int32_t>(text.size());
  int32_t begin = -1;
  for (int32_t at = 0; at < size;) {
    const int32_t here = at;
    UChar32 c;
    U8_NEXT(text.data(), at, size, c);
    if (u_isUWhiteSpace(c)) {
      if (begin >= 0) words.push_back({begin, here});
      begin = -1;
    } else if (begin < 0) {
      begin = here;
    }
  }
  if (begin >= 0) words.push_back({begin, size});
  if (words.empty()) return words;
  Span& last = words.back();
  const Span tail{final_punctuation(text, last.begin, last.end), last.end};
  if (tail.begin > last.begin && tail.begin < tail.end) {
    last.end = tail.begin;
    words.push_back(tail);
  }
  return words;
}

std::vector<int32_t> word_of_each(std::span<const Span> pieces, std::span<const Span> words) {
  std::vector<int32_t> result;
  result.reserve(pieces.size());
  for (const Span& piece : pieces) {
    if (piece.begin < 0) {
      result.push_back(-1);
      continue;
    }
    const auto word = std::ranges::upper_bound(words, piece.begin, {}, &Span::end);
    const auto index = static_cast<int32_t>(word - words.begin());
    result.push_back(std::min(index, static_cast<int32_t>(words.size()) - 1));
  }
  return result;
}

}  // namespace naru
