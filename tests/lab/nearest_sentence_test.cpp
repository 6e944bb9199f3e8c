#include "naru/lab/nearest_sentence.h"

#include <gtest/gtest.h>

namespace naru {
namespace {

TEST(NearestSentence, AnswersWithTheTranslationOfTheMostSimilarSource) {
  const NearestSentence nearest({"나는 학교에 간다", "그는 집에 있다", "개가 고양이를 쫓았다"},
                                {"go", "home", "chase"});
  EXPECT_EQ(nearest.translate("나는 학교에 갔다"), "go");
  EXPECT_EQ(nearest.translate("고양이가 개를 쫓았다"), "chase");
  EXPECT_EQ(nearest.translate("그는 집에 있다"), "home");
}

TEST(NearestSentence, ALineWithNothingInCommonGetsTheFirst) {
  EXPECT_EQ(NearestSentence({"가", "나"}, {"a", "b"}).translate("xyz"), "a");
}

}  // namespace
}  // namespace naru
