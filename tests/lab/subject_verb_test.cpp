#include "naru/lab/subject_verb.h"

#include <gtest/gtest.h>

namespace naru {
namespace {

/// The lecture's sentence of §4.4.1.
SubjectVerb lectures() {
  for (const Phrase& phrase : phrases({.pairs = lecture_sentences, .seed = 1, .split = PhraseSplit::lecture}))
    if (phrase.korean.find("함께 본 영화가") != std::string::npos) return *subject_verb(phrase);
  return {};
}

TEST(SubjectVerb, CountsNineWordsInTheLecturesSentence) {
  const SubjectVerb sentence = lectures();
  EXPECT_EQ(sentence.distance, 9);
  EXPECT_EQ(sentence.subject, "cheolsu");
  EXPECT_EQ(sentence.verb, std::vector<std::string>{"told"});
  EXPECT_FALSE(sentence.wrong);  // 영희 is of the other sex
}

TEST(SubjectVerb, ALinkIsTheSubjectFirstAndTheVerb) {
  const SubjectVerb sentence = lectures();
  EXPECT_TRUE(has_link(sentence.reference, sentence));
  EXPECT_FALSE(has_link("Younghee told Cheolsu that it was fun", sentence));
  EXPECT_TRUE(has_subject("Yesterday Cheolsu met Younghee", sentence));
  EXPECT_FALSE(has_link("Yesterday Cheolsu met Younghee", sentence));
  EXPECT_FALSE(has_subject("He told her", sentence));
}

TEST(SubjectVerb, OfHeldOutSentencesTheReferenceIsRightAndItsExchangeWrong) {
  int found = 0, exchanged = 0;
  for (const Phrase& phrase : phrases({.pairs = 1500, .seed = 4, .split = PhraseSplit::test})) {
    const auto sentence = subject_verb(phrase);
    if (!sentence) continue;
    ++found;
    EXPECT_TRUE(has_link(sentence->reference, *sentence)) << sentence->reference;
    EXPECT_EQ(sentence->distance, phrase.verb - phrase.subject - 1);
    if (!sentence->wrong) continue;
    ++exchanged;
    EXPECT_FALSE(has_subject(*sentence->wrong, *sentence)) << *sentence->wrong;
    EXPECT_EQ(plain_words(*sentence->wrong).size(), plain_words(sentence->reference).size());
  }
  EXPECT_GT(found, 100);
  EXPECT_GT(exchanged, 10);
}

}  // namespace
}  // namespace naru
