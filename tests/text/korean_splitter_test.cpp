#include <gtest/gtest.h>

#include "naru/text/korean/splitter.h"

namespace naru {
namespace {

std::string cut(std::string_view word) {
  std::string text;
  for (const std::string& piece : split_word(word)) text += (text.empty() ? "" : "|") + piece;
  return text;
}

std::string tokenized(std::string_view line) {
  std::string text;
  for (const std::string& token : korean_tokenize(line)) text += (text.empty() ? "" : " ") + token;
  return text;
}

TEST(KoreanSplitter, ParticlesAreCutOneByOne) {
  EXPECT_EQ(cut("학교에서는"), "학교|에서|는");
  EXPECT_EQ(cut("친구에게도"), "친구|에게|도");
  EXPECT_EQ(cut("부모님께서는"), "부모님|께서|는");
  EXPECT_EQ(cut("학생들이"), "학생|들|이");
  EXPECT_EQ(cut("영희보다"), "영희|보다");
  EXPECT_EQ(cut("11시에"), "11시|에");
  EXPECT_EQ(cut("GPU를"), "GPU|를");
  EXPECT_EQ(cut("3을"), "3|을");
}

TEST(KoreanSplitter, EndingsAreCutWhereTheSyllablesLetThem) {
  EXPECT_EQ(cut("먹는다"), "먹|는다");
  EXPECT_EQ(cut("간다"), "간|다");
  EXPECT_EQ(cut("먹었습니다"), "먹|었|습니다");
  EXPECT_EQ(cut("갔어요"), "갔|어요");
  EXPECT_EQ(cut("찾으러"), "찾|으러");
  EXPECT_EQ(cut("돌아왔는데"), "돌아왔|는데");
  EXPECT_EQ(cut("재미있었다고"), "재미있|었|다고");
}

TEST(KoreanSplitter, HonorificAndCopulaAreTheirOwnPieces) {
  EXPECT_EQ(cut("걱정하셨다고"), "걱정하|셨|다고");
  EXPECT_EQ(cut("읽으십니다"), "읽|으십|니다");
  EXPECT_EQ(cut("가세요"), "가|세|요");
  EXPECT_EQ(cut("마십니다"), "마십|니다");  // 마시-, no honorific
  EXPECT_EQ(cut("학생입니다"), "학생|입|니다");
  EXPECT_EQ(cut("학생이었다"), "학생|이|었|다");
  EXPECT_EQ(cut("의사였어요"), "의사|였|어요");
}

TEST(KoreanSplitter, WordsThatOnlyLookCutStayWhole) {
  for (const char* word : {"고양이", "냉장고", "사랑", "많이", "돌아가", "누나", "서로", "함께", "어제"})
    EXPECT_EQ(cut(word), word);
  EXPECT_EQ(cut("고양이가"), "고양이|가");
  EXPECT_EQ(cut("바다가"), "바다|가");
  EXPECT_EQ(cut("누나와"), "누나|와");
}

TEST(KoreanSplitter, PiecesJoinedAreTheWordWhateverItIs) {
  for (const char* word : {"", "가", "은는이가", "abc", "ㅋㅋㅋ는", "𠀀를", "습니다"}) {
    std::string joined;
    for (const std::string& piece : split_word(word)) joined += piece;
    EXPECT_EQ(joined, word);
  }
}

TEST(KoreanTokenize, PunctuationStandsApartAndNumbersStayWhole) {
  EXPECT_EQ(tokenized("나는 “학교”에 간다."), "나 는 “ 학교 ” 에 간 다 .");
  EXPECT_EQ(tokenized("3.5배, 1,000원!"), "3.5배 , 1,000원 !");
  EXPECT_EQ(tokenized("  \t "), "");
}

TEST(KoreanTokenize, LatinTextIsSplitAtSpacesAndPunctuationOnly) {
  EXPECT_EQ(tokenized("The GPU is fast."), "The GPU is fast .");
}

}  // namespace
}  // namespace naru
