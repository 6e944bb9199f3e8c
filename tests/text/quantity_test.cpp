// Numbers of Korean and English sentences, what counts as equal, and what raises no alarm.
#include "naru/text/quantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<double> strong(const std::vector<Quantity>& all) {
  std::vector<double> values;
  for (const Quantity& q : all)
    if (!q.weak) values.push_back(q.value);
  return values;
}
std::vector<double> korean(std::string_view text) { return strong(korean_quantities(text)); }
std::vector<double> english(std::string_view text) { return strong(english_quantities(text)); }
std::string difference(std::string_view source, std::string_view translation) {
  return describe(compare_quantities(source, translation));
}

TEST(KoreanQuantities, AreDigitsWithUnitsOfTen) {
  EXPECT_THAT(korean("3만 5천 명"), ElementsAre(35'000));
  EXPECT_THAT(korean("12억 달러"), ElementsAre(1.2e9));
  EXPECT_THAT(korean("6억 5천9백만 달러"), ElementsAre(659e6));
  EXPECT_THAT(korean("초당 12조3천억 번"), ElementsAre(12.3e12));
  EXPECT_THAT(korean("1만8500메가와트, 1억 3000"), ElementsAre(18'500, 100'003'000));
  EXPECT_THAT(korean("2.5억 원이 1,234.5원과 １２％로"), ElementsAre(2.5e8, 1234.5, 12));
  EXPECT_THAT(korean("10만이 넘는 사람"), ElementsAre(100'000));  // a particle, no digit
  EXPECT_THAT(korean("2003년 7월 15일"), ElementsAre(2003, 7, 15));
}

TEST(KoreanQuantities, AreSinoKoreanNumerals) {
  EXPECT_THAT(korean("백만 달러"), ElementsAre(1e6));
  EXPECT_THAT(korean("이백팔십팔 인이라"), ElementsAre(288));
  EXPECT_THAT(korean("육십만 일천칠백삼십 명"), ElementsAre(601'730));
  EXPECT_THAT(korean("칠만 사천육백 명이며"), ElementsAre(74'600));
  EXPECT_THAT(korean("백 명이 천 번을"), ElementsAre(100, 1000));
}

TEST(KoreanQuantities, AreNativeNumeralsBeforeWhatIsCounted) {
  EXPECT_THAT(korean("두 남자와 세 마리의 개"), ElementsAre(2, 3));
  EXPECT_THAT(korean("열두 살, 스물다섯 명, 서른 개"), ElementsAre(12, 25, 30));
  EXPECT_THAT(korean("열 명이 다섯 시간"), ElementsAre(10, 5));
}

TEST(KoreanQuantities, AreNotReadIntoOtherWords) {
  for (const char* text :
       {"만일 그렇다면", "이 일은 천장에서", "세계가 네 손에", "구조 대원이 조사했다", "두려움과 열대",
        "한 남자가 MP3와 3D를", "수천 명의 몇 십 사람", "헌법 제1조의", "버전 1.2.3은", "백인과 조명"})
    EXPECT_THAT(korean(text), IsEmpty()) << text;
}

TEST(EnglishQuantities, AreDigits) {
  EXPECT_THAT(english("$1.2 million and 12k, 35K or 2bn"), ElementsAre(1.2e6, 12'000, 35'000, 2e9));
  EXPECT_THAT(english("$53m of jewels, 53m away"), ElementsAre(53e6, 53));
  EXPECT_THAT(english("1,234.5 and the 15th"), ElementsAre(1234.5, 15));
  EXPECT_THAT(english("version 1.2.3, MP3, 0x10"), IsEmpty());
}

TEST(EnglishQuantities, AreWords) {
  EXPECT_THAT(english("twenty-five men"), ElementsAre(25));
  EXPECT_THAT(english("six hundred and one thousand, seven hundred and thirty"), ElementsAre(601'730));
  EXPECT_THAT(english("a hundred, twelve hundred"), ElementsAre(100, 1200));
  EXPECT_THAT(english("in nineteen ninety-nine"), ElementsAre(1999));
  EXPECT_THAT(english("two, three or four billion"), ElementsAre(2, 3, 4e9));
  EXPECT_THAT(english("three decades, two dozen"), ElementsAre(30, 24));
  EXPECT_THAT(english("one of the second pair in May, for decades"), IsEmpty());
}

TEST(QuantityComparison, TellsTenThousandsFromMillions) {
  EXPECT_EQ(difference("100만 달러", "1 million dollars"), "");
  EXPECT_EQ(difference("20억 달러", "$2 billion"), "");
  EXPECT_EQ(difference("그는 1억 원을 냈다", "He paid 1 billion won"),
            "expected 100,000,000 (1억), found 1,000,000,000 (1 billion): 10 times as much");
  EXPECT_EQ(difference("3만 명이 왔다", "3 million people came"),
            "expected 30,000 (3만), found 3,000,000 (3 million): 100 times as much");
  EXPECT_EQ(difference("twenty thousand people", "사람 이천 명"),
            "expected 20,000 (twenty thousand), found 2,000 (이천): a 10th of it");
}

TEST(QuantityComparison, NamesWhatIsMissingAndWhatIsAdded) {
  EXPECT_EQ(difference("개 세 마리와 5명", "5 people"), "missing 3 (세)");
  EXPECT_EQ(difference("남자가 있다", "There are 12 men"), "added 12 (12)");
  EXPECT_EQ(difference("7명", "eight people"), "missing 7 (7); added 8 (eight)");
}

TEST(QuantityComparison, KnowsOtherWaysToSayANumber) {
  for (const auto& [one, other] :
       std::initializer_list<std::pair<const char*, const char*>>{{"12월 25일", "December 25"},
                                                                  {"오후 3시에", "at 3 p.m."},
                                                                  {"15시에", "at 3 pm"},
                                                                  {"두 사람", "both"},
                                                                  {"두 번째 사람", "the second one"},
                                                                  {"한 명", "a man"},
                                                                  {"약 3분의 1", "about 1/3"},
                                                                  {"한두 명", "two men"},
                                                                  {"16진수", "hexadecimal"},
                                                                  {"1명이 0개", "none"},
                                                                  {"2 + 2", "2"},
                                                                  {"3시 반", "3:30"}})
    EXPECT_EQ(difference(one, other), "") << one;
}

TEST(QuantityComparison, LetsLargeNumbersBeRounded) {
  EXPECT_EQ(difference("약 1억 2천만 달러", "$124 million"), "");
  EXPECT_THAT(difference("약 1억 달러", "$124 million"), HasSubstr("missing"));
  EXPECT_THAT(difference("2003년에", "in 2000"), HasSubstr("missing 2,003"));
}

TEST(QuantityComparison, OfOtherLanguagesComparesDigitsOnly) {
  EXPECT_EQ(difference("two dogs at 12", "zwei Hunde um 12"), "");
  EXPECT_EQ(difference("two dogs at 12", "zwei Hunde um 13"), "missing 12 (12); added 13 (13)");
}

TEST(NumberCheck, CountsLines) {
  NumberCheck check;
  check.count(compare_quantities("세 명", "three men"));
  check.count(compare_quantities("세 명", "five men"));
  check.count(compare_quantities("사람", "a man"));
  EXPECT_EQ(check.lines, 3);
  EXPECT_EQ(check.with_numbers, 2);
  EXPECT_EQ(check.disagreeing, 1);
}

}  // namespace
}  // namespace naru
