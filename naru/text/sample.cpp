#include "naru/text/sample.h"

#include <algorithm>

namespace naru {
namespace {

constexpr size_t longest_kept = 2000;

int64_t count_words(std::string_view sentence) {
  int64_t words = 0, wide = 0;
  bool inside = false;
  for (const char c : sentence) {
    const bool space = c == ' ' || c == '\t';
    words += !space && !inside;
    inside = !space;
    wide += static_cast<uint8_t>(c) >= 0xe0;  // first byte of a character of three or four bytes
  }
  return std::max(words, wide / 3);
}

}  // namespace

void TextSample::add(std::string_view sentence) {
  ++counts_.lines;
  counts_.words += count_words(sentence);
  if (sentence.empty() || sentence.size() > longest_kept || sentence.find('\0') != std::string_view::npos) return;
  ++offered_;
  if (static_cast<int64_t>(sentences_.size()) < most_) {
    sentences_.emplace_back(sentence);
    return;
  }
  const uint64_t place = random_.below(static_cast<uint64_t>(offered_));
  if (place < sentences_.size()) sentences_[place].assign(sentence);
}

}  // namespace naru
