#include "naru/lab/nearest_sentence.h"

#include <gtest/gtest.h>

#include "naru/data/phrases/phrases.h"
#include "naru/metrics/bleu.h"

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

/// BLEU on 300 pairs of the embedded corpus' test split of answering with the nearest of `pairs` of training.
double bleu_of_nearest(int64_t pairs) {
  Lines sources, targets, hypotheses, references;
  for (const Phrase& phrase : phrases({.pairs = pairs, .seed = 1})) {
    sources.push_back(phrase.korean);
    targets.push_back(phrase.english);
  }
  const NearestSentence nearest(sources, std::move(targets));
  for (const Phrase& phrase : phrases({.pairs = 300, .seed = 2, .split = PhraseSplit::test})) {
    hypotheses.push_back(nearest.translate(phrase.korean));
    references.push_back(phrase.english);
  }
  return score_corpus(bleu(), hypotheses, {references}).value;
}

// Else the embedded corpus could be learnt by heart.
TEST(NearestSentence, IsNoTranslatorOfTheEmbeddedCorpus) { EXPECT_LT(bleu_of_nearest(10000), 40); }

TEST(NearestSentenceSlow, IsNoTranslatorOfTheEmbeddedCorpusWith200000PairsAtHand) {
  EXPECT_LT(bleu_of_nearest(200000), 40);
}

}  // namespace
}  // namespace naru
