#include "naru/lab/day_clauses.h"

#include <gtest/gtest.h>

#include <set>

#include "naru/data/phrases/lexicon.h"
#include "naru/lab/contrast.h"
#include "naru/text/words.h"

namespace naru {
namespace {

/// Whether the grammar has the verb with this object.
bool in_lexicon(const DayClause& clause) {
  for (const grammar::Frame& frame : grammar::lexicon().frames) {
    if (frame.lemma != clause.lemma || !frame.slot('O')) continue;
    for (const grammar::Noun* noun : frame.slots.at('O').nouns)
      if (noun->korean == clause.object && noun->english == clause.fact) return true;
  }
  return false;
}

TEST(DayClauses, AreOfTheEmbeddedGrammar) {
  for (const DayClause& clause : day_clauses()) EXPECT_TRUE(in_lexicon(clause)) << clause.object << ' ' << clause.lemma;
  std::set<std::string> facts;
  for (const DayClause& clause : day_clauses()) EXPECT_TRUE(facts.insert(clause.fact).second) << clause.fact;
}

TEST(DayClauses, AChainSaysEachOfItsFacts) {
  Random random(1);
  for (int64_t clauses = 1; clauses <= 8; ++clauses) {
    const ChainSentence chain = chain_sentence(clauses, random);
    ASSERT_EQ(std::ssize(chain.facts), clauses + 1);
    EXPECT_EQ(std::ssize(words_of(chain.korean)), 2 * clauses + 1);
    for (const std::string& fact : chain.facts) EXPECT_TRUE(says(chain.english, fact)) << chain.english;
  }
}

TEST(DayClauses, ExchangedNamesExchangeThePronounAndNothingElse) {
  Random random(2);
  for (int64_t clauses = 0; clauses <= 9; ++clauses) {
    const SelfPair pair = self_pair(clauses, random);
    EXPECT_NE(pair.first.he, pair.swapped.he);
    EXPECT_EQ(pair.first.distance, 2 * clauses + 1);
    const auto one = words_of(pair.first.korean), other = words_of(pair.swapped.korean);
    ASSERT_EQ(one.size(), other.size());
    int differences = 0;
    for (size_t i = 0; i < one.size(); ++i)
      differences +=
          pair.first.korean.substr(static_cast<size_t>(one[i].begin), static_cast<size_t>(one[i].end - one[i].begin)) !=
          pair.swapped.korean.substr(static_cast<size_t>(other[i].begin),
                                     static_cast<size_t>(other[i].end - other[i].begin));
    EXPECT_EQ(differences, 2);
    EXPECT_EQ(says(pair.first.english, "he"), pair.first.he) << pair.first.english;
    EXPECT_EQ(says(pair.first.wrong, "she"), pair.first.he) << pair.first.wrong;
  }
}

TEST(DayClauses, SayWhatAReaderWould) {
  Random random(3);
  const SelfPair pair = self_pair(1, random);
  const auto& person = [&](size_t at) { return plain_words(pair.first.english)[at]; };
  EXPECT_TRUE(pair.first.korean.ends_with(" 선물했다"));
  EXPECT_NE(pair.first.korean.find("에게 자신이 "), std::string::npos);
  EXPECT_NE(person(0), "he");
  EXPECT_NE(pair.first.english.find(" and gave "), std::string::npos);
}

}  // namespace
}  // namespace naru
