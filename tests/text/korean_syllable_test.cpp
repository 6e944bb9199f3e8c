#include <gtest/gtest.h>

#include "naru/base/error.h"
#include "naru/text/korean/particle.h"
#include "naru/text/korean/syllable.h"

namespace naru {
namespace {

TEST(KoreanSyllable, EverySyllableIsComposedOfItsLetters) {
  for (char32_t c = 0xAC00; c <= 0xD7A3; ++c) ASSERT_EQ(compose(decompose(c)), c);
  EXPECT_EQ(decompose(U'한'), (Jamo{18, 0, 4}));
  EXPECT_EQ(compose({0, 8, 1}), U'곡');
  EXPECT_THROW(decompose(U'A'), CheckFailure);
}

TEST(KoreanSyllable, Utf8SurvivesTheRoundTripAndBadBytesAreMarked) {
  const std::string text = "가 é 나 😀 z";
  EXPECT_EQ(to_utf8(to_code_points(text)), text);
  EXPECT_EQ(to_code_points("a\xFF가"), U"a\uFFFD가");
  EXPECT_EQ(to_code_points("\xEA\xB0"), U"\uFFFD\uFFFD");
  EXPECT_EQ(to_code_points("\xED\xA0\x80"), U"\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(to_code_points("\xE0\x80\x80"), U"\uFFFD\uFFFD\uFFFD");  // an overlong form
}

TEST(KoreanSyllable, TheFinalConsonantIsThatOfTheLastSpokenSyllable) {
  EXPECT_EQ(spoken_final("사과"), FinalConsonant::none);
  EXPECT_EQ(spoken_final("서울"), FinalConsonant::rieul);
  EXPECT_EQ(spoken_final("책"), FinalConsonant::other);
  EXPECT_EQ(spoken_final("‘책’"), FinalConsonant::other);
  EXPECT_EQ(spoken_final(""), FinalConsonant::none);
}

struct Attached {
  std::string_view word;
  Particle particle;
  std::string_view expected;
};

TEST(KoreanParticle, TheFormFollowsTheSpokenWord) {
  using P = Particle;
  const Attached cases[] = {
      {"책", P::topic, "책은"},
      {"사과", P::topic, "사과는"},
      {"학생", P::subject, "학생이"},
      {"친구", P::subject, "친구가"},
      {"돈", P::object, "돈을"},
      {"커피", P::object, "커피를"},
      {"빵", P::with, "빵과"},
      {"우유", P::with, "우유와"},
      {"형", P::with_spoken, "형이랑"},
      {"친구", P::with_spoken, "친구랑"},
      {"물", P::or_else, "물이나"},
      {"차", P::or_else, "차나"},
      {"집", P::toward, "집으로"},
      {"서울", P::toward, "서울로"},
      {"연필", P::toward, "연필로"},
      {"버스", P::toward, "버스로"},
      {"3", P::object, "3을"},
      {"1", P::toward, "1로"},
      {"2", P::object, "2를"},
      {"10", P::topic, "10은"},
      {"1,000", P::toward, "1,000으로"},
      {"7", P::toward, "7로"},
      {"0", P::subject, "0이"},
      {"3.10", P::object, "3.10을"},
      {"2000000000000", P::subject, "2000000000000가"},
      {"11시", P::at, "11시에"},
      {"GPU", P::object, "GPU를"},
      {"URL", P::toward, "URL로"},
      {"RAM", P::topic, "RAM은"},
      {"TV", P::object, "TV를"},
      {"HTML", P::object, "HTML을"},
      {"file", P::object, "file을"},
      {"game", P::topic, "game은"},
      {"server", P::subject, "server가"},
      {"5km", P::object, "5km를"},
      {"3kg", P::object, "3kg을"},
      {"선생님", P::subject_honored, "선생님께서"},
      {"나", P::subject, "내가"},
      {"저", P::subject, "제가"},
      {"너", P::subject, "네가"},
  };
  for (const Attached& c : cases) EXPECT_EQ(attach(c.word, c.particle), c.expected);
}

}  // namespace
}  // namespace naru
