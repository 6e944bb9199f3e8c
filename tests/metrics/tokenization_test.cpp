#include "naru/metrics/tokenization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/base/error.h"
#include "naru/metrics/python_text.h"

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> tokens(const std::string& name, std::string_view sentence) {
  return tokenization(name).tokens(sentence);
}

TEST(Tokenization13a, SplitsPunctuationButNotInsideNumbers) {
  EXPECT_THAT(tokens("13a", "It costs $3,000.50 (approx.)!"),
              ElementsAre("It", "costs", "$", "3,000.50", "(", "approx", ".", ")", "!"));
}

TEST(Tokenization13a, SplitsAPeriodThatEndsTheLineEvenAfterADigit) {
  EXPECT_THAT(tokens("13a", "in 2020."), ElementsAre("in", "2020", "."));
}

TEST(Tokenization13a, SplitsAHyphenOnlyAfterADigit) {
  EXPECT_THAT(tokens("13a", "well-known 5-year"), ElementsAre("well-known", "5", "-", "year"));
}

TEST(Tokenization13a, RestoresEntitiesAndDropsTheSkippedMark) {
  EXPECT_THAT(tokens("13a", "&quot;a&quot; &lt;b&gt; &amp; <skipped>c"),
              ElementsAre("\"", "a", "\"", "<", "b", ">", "&", "c"));
}

TEST(Tokenization13a, RestoresAnEntityThatAnEntityHid) { EXPECT_THAT(tokens("13a", "&amp;lt;"), ElementsAre("<")); }

TEST(Tokenization13a, LeavesOtherScriptsWhole) {
  EXPECT_THAT(tokens("13a", "나는 간다。"), ElementsAre("나는", "간다。"));
}

TEST(TokenizationIntl, SplitsUnicodePunctuationAndSymbols) {
  EXPECT_THAT(tokens("intl", "간다。„ja“ 5€"), ElementsAre("간다", "。", "„", "ja", "“", "5", "€"));
}

TEST(TokenizationIntl, KeepsPunctuationBetweenDigitsAndAtTheEndAfterADigit) {
  EXPECT_THAT(tokens("intl", "3,000.5 in 2020."), ElementsAre("3,000.5", "in", "2020."));
}

TEST(TokenizationChar, GivesEveryCharacterButWhiteSpace) {
  EXPECT_THAT(tokens("char", "나 a\u3000é"), ElementsAre("나", "a", "é"));
}

TEST(TokenizationNone, SplitsAtUnicodeWhiteSpaceOnly) {
  EXPECT_THAT(tokens("none", " a,b\u00a0c\u3000d\t"), ElementsAre("a,b", "c", "d"));
  EXPECT_THAT(tokens("none", ""), IsEmpty());
}

TEST(TokenizationNames, AnUnknownOneListsTheKnown) {
  try {
    tokenization("14a");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("13a, intl, char, none"));
  }
}

TEST(PythonText, LowersWithTheFinalSigma) {
  EXPECT_EQ(python::lower("ABC"), "abc");
  EXPECT_EQ(python::lower("ΟΔΟΣ ÄÉ"), "οδος äé");
}

TEST(PythonText, StripsUnicodeWhiteSpaceAtTheEndOnly) {
  EXPECT_EQ(python::strip_right(" 나 \u3000\n"), " 나");
  EXPECT_EQ(python::strip_right(" \t"), "");
}

TEST(PythonText, ReadsInvalidBytesAsReplacementCharacters) {
  EXPECT_EQ(python::code_points("a\xff"
                                "b"),
            U"a\ufffd"
            U"b");
}

}  // namespace
}  // namespace naru
