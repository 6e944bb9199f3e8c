// Words as alignments count them, and which word each piece of a tokenizer belongs to.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace naru {

/// Bytes [begin, end) of a text.
struct Span {
  int32_t begin = 0, end = 0;
  bool operator==(const Span&) const = default;
};

/// The words between white space (Unicode's); a run of . ? ! … 。 ！ ？ at the end of the text, with quotes and
/// brackets that close after it, is a word of its own: "그는 갔다." has three.
std::vector<Span> words_of(std::string_view text);

/// For each place (of a piece, in order of the text) the index of its word: the one it begins in or, where it begins
/// in white space, the one after; a piece behind the last word belongs to the last. -1 where there are no words, and
/// for a piece with a place before the text (a tag).
std::vector<int32_t> word_of_each(std::span<const Span> pieces, std::span<const Span> words);

}  // namespace naru
