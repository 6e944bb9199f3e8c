#include "naru/text/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace naru {
namespace {
using ::testing::ElementsAre;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  for (const Span& word : words_of(text))
    words.push_back(text.substr(static_cast<size_t>(word.begin), static_cast<size_t>(word.end - word.begin)));
  return words;
}

TEST(Words, FinalPunctuationIsAWordOfItsOwn) {
  EXPECT_THAT(split("그는 은행에 갔다."), ElementsAre("그는", "은행에", "갔다", "."));
  EXPECT_THAT(split("Really, he went?!"), ElementsAre("Really,", "he", "went", "?!"));
  EXPECT_THAT(split("“간다.”"), ElementsAre("“간다", ".”"));
  EXPECT_THAT(split("갔다。"), ElementsAre("갔다", "。"));
  EXPECT_THAT(split("(he went)"), ElementsAre("(he", "went)"));
}

TEST(Words, AreSeparatedByAnyWhiteSpace) {
  EXPECT_THAT(split("  a\tb\u3000c\u00a0d "), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(split(""), ElementsAre());
  EXPECT_THAT(split(" "), ElementsAre());
  EXPECT_THAT(split("..."), ElementsAre("..."));
}

TEST(Words, APieceBelongsToTheWordItBeginsInOrBefore) {
  const std::vector<Span> words{{0, 3}, {5, 8}, {8, 9}};
  const std::vector<Span> pieces{{0, 2}, {2, 3}, {3, 6}, {6, 6}, {6, 8}, {8, 9}, {9, 10}};
  EXPECT_THAT(word_of_each(pieces, words), ElementsAre(0, 0, 1, 1, 1, 2, 2));
  EXPECT_THAT(word_of_each(pieces, {}), ElementsAre(-1, -1, -1, -1, -1, -1, -1));
}

}  // namespace
}  // namespace naru
