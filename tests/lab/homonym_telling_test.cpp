#include "naru/lab/homonym_telling.h"

#include <gtest/gtest.h>

namespace naru {
namespace {

TEST(HomonymTelling, ReadsTheSenseOfATranslation) {
  HomonymSentence pear;
  pear.sense = "pear";
  pear.other = "ship";
  EXPECT_EQ(sense_in_english("Cheolsu peeled a pear.", pear), SenseSaid::right);
  EXPECT_EQ(sense_in_english("Cheolsu peeled two pears", pear), SenseSaid::right);
  EXPECT_EQ(sense_in_english("Cheolsu peeled a ship", pear), SenseSaid::wrong);
  EXPECT_EQ(sense_in_english("a pear and a ship", pear), SenseSaid::neither);
  EXPECT_EQ(sense_in_english("Cheolsu has a stomachache", pear), SenseSaid::neither);
  HomonymSentence bank;
  bank.sense = "강둑";
  bank.other = "은행";
  EXPECT_EQ(sense_in_korean("민수는 강둑에서 낚시했다", bank), SenseSaid::right);
  EXPECT_EQ(sense_in_korean("민수는 은행에 갔다", bank), SenseSaid::wrong);
}

/// Both senses come equally often and share what is left without their cue.
TEST(HomonymTelling, WithoutItsCueNoSenseIsToldInMoreThanHalf) {
  Random random(6);
  int64_t right = 0, all = 0;
  for (const HomonymPair& pair : korean_homonym_pairs(3, false, random))
    for (const HomonymSentence* one : {&pair.first, &pair.second}) {
      right += sense_in_english(pair.first.reference, *one) == SenseSaid::right;  // one answer to both
      ++all;
    }
  EXPECT_EQ(2 * right, all);
}

}  // namespace
}  // namespace naru
