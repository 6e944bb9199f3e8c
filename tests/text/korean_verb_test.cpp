#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "naru/base/error.h"
#include "naru/text/korean/verb.h"

namespace naru {
namespace {

std::vector<std::string> columns(const std::string& line) {
  std::vector<std::string> result;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, '\t');) result.push_back(field);
  return result;
}

Predicate verb(std::string_view lemma, std::string_view name) { return predicate(lemma, name); }
std::string plain(const Predicate& p, Tense t = Tense::present) { return finite(p, t, SpeechLevel::haera); }

TEST(KoreanVerb, AgreesWithEveryReferenceForm) {
  std::ifstream file(NARU_SOURCE_DIR "/tests/fixtures/korean/conjugation.tsv");
  std::string line;
  std::getline(file, line);
  int rows = 0;
  for (; std::getline(file, line); ++rows) {
    const auto f = columns(line);
    ASSERT_EQ(f.size(), 8u) << line;
    const Predicate p = predicate(f[0].substr(0, f[0].find('(')), f[1]);
    EXPECT_EQ(finite(p, Tense::present, SpeechLevel::haera), f[2]);
    EXPECT_EQ(finite(p, Tense::present, SpeechLevel::hae), f[3]);
    EXPECT_EQ(finite(p, Tense::past, SpeechLevel::haeyo), f[4]);
    EXPECT_EQ(finite(p, Tense::present, SpeechLevel::hapsyo), f[5]);
    EXPECT_EQ(attributive(p, Tense::present), f[6]);
    EXPECT_EQ(connective(p, Connective::condition), f[7]);
  }
  EXPECT_EQ(rows, 24);
}

TEST(KoreanVerb, VowelsContract) {
  EXPECT_EQ(infinitive(verb("주다", "regular")), "줘");
  EXPECT_EQ(infinitive(verb("되다", "regular")), "돼");
  EXPECT_EQ(infinitive(verb("보내다", "regular")), "보내");
  EXPECT_EQ(infinitive(verb("켜다", "regular")), "켜");
  EXPECT_EQ(infinitive(verb("서다", "regular")), "서");
  EXPECT_EQ(infinitive(verb("쉬다", "regular")), "쉬어");
  EXPECT_EQ(infinitive(verb("피다", "regular")), "피어");
}

TEST(KoreanVerb, IrregularStemsChangeBeforeVowels) {
  EXPECT_EQ(infinitive(verb("낫다", "ㅅ")), "나아");
  EXPECT_EQ(infinitive(verb("깨닫다", "ㄷ")), "깨달아");
  EXPECT_EQ(infinitive(verb("고르다", "르")), "골라");
  EXPECT_EQ(infinitive(verb("모으다", "으")), "모아");
  EXPECT_EQ(infinitive(verb("크다", "으 adjective")), "커");
  EXPECT_EQ(infinitive(verb("퍼렇다", "ㅎ adjective")), "퍼레");
  EXPECT_EQ(infinitive(verb("그렇다", "ㅎ adjective")), "그래");
  EXPECT_EQ(infinitive(verb("가볍다", "ㅂ adjective")), "가벼워");
}

TEST(KoreanVerb, RieulDropsOnlyWhereItMust) {
  const Predicate p = verb("만들다", "ㄹ");
  EXPECT_EQ(attributive(p, Tense::past), "만든");
  EXPECT_EQ(attributive(p, Tense::future), "만들");
  EXPECT_EQ(connective(p, Connective::meanwhile), "만들며");
  EXPECT_EQ(connective(p, Connective::purpose), "만들러");
  EXPECT_EQ(connective(p, Connective::background), "만드는데");
  EXPECT_EQ(honorific(p).stem, "만드시");
}

TEST(KoreanVerb, TheFutureIsTwoWordsInEachLevel) {
  const Predicate p = verb("돕다", "ㅂ");
  EXPECT_EQ(finite(p, Tense::future, SpeechLevel::haera), "도울 것이다");
  EXPECT_EQ(finite(p, Tense::future, SpeechLevel::hae), "도울 거야");
  EXPECT_EQ(finite(p, Tense::future, SpeechLevel::haeyo), "도울 거예요");
  EXPECT_EQ(finite(p, Tense::future, SpeechLevel::hapsyo), "도울 것입니다");
}

TEST(KoreanVerb, TheHonorificTakesItsOwnEndings) {
  const Predicate p = honorific(verb("가다", "regular"));
  EXPECT_EQ(plain(p), "가신다");
  EXPECT_EQ(plain(p, Tense::past), "가셨다");
  EXPECT_EQ(finite(p, Tense::present, SpeechLevel::haeyo), "가세요");
  EXPECT_EQ(finite(p, Tense::past, SpeechLevel::haeyo), "가셨어요");
  EXPECT_EQ(finite(p, Tense::present, SpeechLevel::hapsyo), "가십니다");
  EXPECT_EQ(reported(honorific(verb("걱정하다", "여")), Tense::past), "걱정하셨다고");
  EXPECT_EQ(honorific(verb("읽다", "regular")).stem, "읽으시");
  EXPECT_EQ(attributive(verb("계시다", "honored"), Tense::present), "계시는");
  EXPECT_EQ(plain(honorific(verb("바쁘다", "으 adjective"))), "바쁘시다");
}

TEST(KoreanVerb, VerbsAdjectivesAndExistenceDifferBeforeNounsAndInSpeech) {
  const Predicate eat = verb("먹다", "regular"), pretty = verb("예쁘다", "으 adjective"),
                  fun = verb("재미있다", "있다");
  EXPECT_EQ(attributive(eat, Tense::present) + attributive(pretty, Tense::present) + attributive(fun, Tense::present),
            "먹는예쁜재미있는");
  EXPECT_EQ(reported(eat, Tense::present), "먹는다고");
  EXPECT_EQ(reported(pretty, Tense::present), "예쁘다고");
  EXPECT_EQ(reported(fun, Tense::past), "재미있었다고");
  EXPECT_EQ(reported(eat, Tense::future), "먹을 거라고");
  EXPECT_EQ(connective(pretty, Connective::background), "예쁜데");
  EXPECT_EQ(connective(fun, Connective::background), "재미있는데");
  EXPECT_EQ(connective(past(pretty), Connective::background), "예뻤는데");
}

TEST(KoreanVerb, NegationFollowsTheKindOfItsPredicate) {
  const Predicate eat = verb("먹다", "regular"), good = verb("좋다", "regular adjective");
  EXPECT_EQ(ji(eat) + " " + plain(negative(eat)), "먹지 않는다");
  EXPECT_EQ(ji(good) + " " + plain(negative(good)), "좋지 않다");
  EXPECT_EQ(ji(eat) + " " + plain(incapable(eat), Tense::past), "먹지 못했다");
}

TEST(KoreanVerb, TheCopulaFollowsItsNoun) {
  const Predicate student = copula("학생"), doctor = copula("의사"), is_not = verb("아니다", "copula");
  EXPECT_EQ(plain(student) + plain(doctor) + plain(is_not), "학생이다의사다아니다");
  EXPECT_EQ(finite(student, Tense::present, SpeechLevel::haeyo), "학생이에요");
  EXPECT_EQ(finite(doctor, Tense::present, SpeechLevel::haeyo), "의사예요");
  EXPECT_EQ(finite(doctor, Tense::past, SpeechLevel::haeyo), "의사였어요");
  EXPECT_EQ(finite(student, Tense::past, SpeechLevel::hae), "학생이었어");
  EXPECT_EQ(finite(doctor, Tense::present, SpeechLevel::hae), "의사야");
  EXPECT_EQ(finite(doctor, Tense::present, SpeechLevel::hapsyo), "의사입니다");
  EXPECT_EQ(finite(is_not, Tense::present, SpeechLevel::haeyo), "아니에요");
  EXPECT_EQ(attributive(student, Tense::present), "학생인");
  EXPECT_EQ(reported(student, Tense::present), "학생이라고");
  EXPECT_EQ(reported(doctor, Tense::present), "의사라고");
  EXPECT_EQ(reported(student, Tense::past), "학생이었다고");
}

TEST(KoreanVerb, ConnectivesTakeTheFormTheStemAsksFor) {
  const Predicate find = verb("찾다", "regular"), walk = verb("걷다", "ㄷ");
  EXPECT_EQ(connective(find, Connective::purpose), "찾으러");
  EXPECT_EQ(connective(walk, Connective::until_then), "걷다가");
  EXPECT_EQ(connective(walk, Connective::meanwhile), "걸으며");
  EXPECT_EQ(connective(walk, Connective::so), "걸어서");
  EXPECT_EQ(connective(past(walk), Connective::contrast), "걸었지만");
}

TEST(KoreanVerb, BadLemmasAndClassesAreNamed) {
  EXPECT_THROW(predicate("먹", "regular"), Error);
  EXPECT_THROW(predicate("먹다", "ㅋ"), Error);
}

}  // namespace
}  // namespace naru
