// Verbs that were written before they were heard, in translations whose every word has a known moment.
#include "naru/evaluate/guessed_verbs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/base/file.h"
#include "naru/data/phrases/phrases.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

/// "I/2 bought/3 apples/3": words with how many source words were heard when they were written.
Interpretation written(const std::string& words) {
  Interpretation one;
  for (const std::string& word : spoken_words(words)) {
    const size_t slash = word.find('/');
    one.text += (one.text.empty() ? "" : " ") + word.substr(0, slash);
    one.heard.push_back(std::stoi(word.substr(slash + 1)));
  }
  return one;
}

/// 나는 시장에서 사과를 샀다. / I bought apples at the market.
const Pair bought{"나는 시장에서 사과를 샀다.", "I bought apples at the market."};
constexpr VerbPlace its_verb{3, 1};

GuessedVerbs of(const std::string& words) { return guessed_verbs({written(words)}, {bought}, {its_verb}); }

void expect(const GuessedVerbs& found, int64_t written, int64_t guessed, int64_t right) {
  EXPECT_EQ(found.written, written);
  EXPECT_EQ(found.guessed, guessed);
  EXPECT_EQ(found.right, right);
}

TEST(GuessedVerbs, AreThoseWrittenBeforeTheSpeakersVerbIsHeard) {
  expect(of("I/2 bought/3 apples/4 at/4 the/4 market./4"), 1, 1, 1);
  expect(of("I/2 bought/4 apples/4 at/4 the/4 market./4"), 1, 0, 0);  // its word is the fourth
}
TEST(GuessedVerbs, AreRightWhereTheReferenceHasThem) {
  expect(of("I/2 ate/3 apples/4 at/4 the/4 market./4"), 1, 1, 0);
  expect(of("I/2 ate/4 apples/4 at/4 the/4 market./4"), 1, 0, 0);
}
TEST(GuessedVerbs, AreFoundWhereTheWordsAroundThemStandOtherwise) {
  expect(of("At/2 the/2 market/2 I/3 bought/3 apples./4"), 1, 1, 1);
  expect(of("I/2 quickly/2 bought,/3 apples./4"), 1, 1, 1);
}
TEST(GuessedVerbs, AreNotCountedWhereNoneIsWritten) {
  expect(of("I/2 apples/3 at/4 the/4 market./4"), 0, 0, 0);
  expect(of(""), 0, 0, 0);
}
TEST(GuessedVerbs, AreCountedOverTheSentencesWhoseVerbIsKnown) {
  const Interpretation one = written("I/2 bought/3 apples/4 at/4 the/4 market./4");
  expect(guessed_verbs({one, one, one}, {bought, bought, bought}, {its_verb, std::nullopt, its_verb}), 2, 2, 2);
}

struct AnnotatedPhrases {
  std::vector<Pair> pairs;
  std::vector<Phrase> made = phrases({.pairs = 300, .split = PhraseSplit::test});
  TemporaryFolder folder;
  std::string path = (folder / "annotations").string();

  explicit AnnotatedPhrases(size_t lines = 300) {
    std::string text;
    for (size_t i = 0; i < made.size(); ++i) {
      pairs.push_back({made[i].korean, made[i].english});
      if (i < lines) text += annotation_line(made[i]) + '\n';
    }
    write_file(path, text);
  }
};

TEST(VerbPlaces, AreTheMainVerbWithoutAuxiliariesAndTheFirstWordOfItsTranslation) {
  const AnnotatedPhrases corpus;
  const auto places = verb_places(corpus.path, corpus.pairs);
  ASSERT_EQ(places.size(), corpus.pairs.size());
  int64_t known = 0, before_auxiliaries = 0;
  for (size_t i = 0; i < places.size(); ++i) {
    if (!places[i]) continue;
    const auto& [verb, english] = *places[i];
    const std::string& role = corpus.made[i].words.at(static_cast<size_t>(verb)).role;
    EXPECT_TRUE(role == "verb" || role == "complement") << role << ": " << corpus.pairs[i].source;
    before_auxiliaries += verb < corpus.made[i].verb;
    const auto link = std::ranges::find_if(corpus.made[i].alignment,
                                           [&](const AlignmentLink& l) { return l.sure && l.source == verb; });
    EXPECT_EQ(link->target, english);
    ++known;
  }
  EXPECT_GT(known, 290);
  EXPECT_GT(before_auxiliaries, 30);
}

TEST(VerbPlaces, RefuseWhatIsNotOfTheTestSet) {
  const auto refused = [](const std::string& path, const std::vector<Pair>& pairs) {
    try {
      verb_places(path, pairs);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing is refused");
  };
  AnnotatedPhrases corpus(299);
  EXPECT_THAT(refused(corpus.path, corpus.pairs), HasSubstr("ends after 299 of 300"));
  corpus.pairs[1].source = "다른 문장";
  EXPECT_THAT(refused(corpus.path, corpus.pairs), HasSubstr("annotations:2: is of another pair"));
  for (const char* line :
       {"no JSON", "[]", R"({"korean": "가", "english": "go"})",
        R"({"korean": "가", "english": "go", "verb": 7, "words": [], "alignment": ""})",
        R"({"korean": "가", "english": "go", "verb": 0, "words": [{"role": "verb"}], "alignment": "0-9"})"}) {
    write_file(corpus.path, std::string(line) + "\n");
    EXPECT_THAT(refused(corpus.path, {{"가", "go"}}), HasSubstr("annotations:1:")) << line;
  }
}

}  // namespace
}  // namespace naru
