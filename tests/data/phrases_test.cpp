#include "naru/data/phrases/phrases.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "naru/base/error.h"
#include "naru/text/korean/particle.h"
#include "naru/text/korean/splitter.h"

namespace naru {
namespace {

std::vector<std::string> fields(const std::string& line, char separator) {
  std::vector<std::string> result;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, separator);) result.push_back(field);
  return result;
}

std::string without_stop(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::vector<std::vector<std::string>> fixture(const std::string& name) {
  std::ifstream file(NARU_SOURCE_DIR "/tests/fixtures/korean/" + name);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(fields(line, '\t'));
  return rows;
}

std::vector<Phrase> train(int64_t pairs, uint64_t seed = 1) { return phrases({.pairs = pairs, .seed = seed}); }

TEST(Phrases, AreAFunctionOfTheSeed) {
  const auto a = train(200, 3), b = train(200, 3), c = train(200, 4);
  int same = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].korean, b[i].korean);
    EXPECT_EQ(a[i].english, b[i].english);
    same += a[i].korean == c[i].korean;
  }
  EXPECT_LT(same, 5);
}

TEST(Phrases, ASmallerDrawIsTheBeginningOfALargerOne) {
  const auto few = train(50), many = train(100);
  for (size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i].korean, many[i].korean);
}

/// Draws `pairs` of train with each of five seeds and `others` of each other split with five other seeds: no Korean
/// with two translations, none in two splits. Returns how many sentences were seen.
size_t expect_one_home_and_one_translation(int64_t pairs, int64_t others) {
  std::unordered_map<std::string, std::string> english;
  std::unordered_map<std::string, PhraseSplit> home;
  const auto read = [&](PhraseSplit split, int64_t count, uint64_t seed) {
    each_phrase({.pairs = count, .seed = seed, .split = split}, [&](const Phrase& phrase) {
      const std::string korean = without_stop(phrase.korean);
      const auto [pair, fresh] = english.emplace(korean, without_stop(phrase.english));
      ASSERT_EQ(pair->second, without_stop(phrase.english)) << korean;
      const auto [at, first] = home.emplace(korean, split);
      ASSERT_EQ(at->second, split) << korean;
    });
  };
  for (const uint64_t seed : {1, 2, 3, 4, 5}) read(PhraseSplit::train, pairs, seed);
  const size_t trained = english.size();
  for (const uint64_t seed : {6, 7, 8, 9, 10})
    for (const PhraseSplit split :
         {PhraseSplit::dev, PhraseSplit::test, PhraseSplit::compose, PhraseSplit::long_sentences})
      read(split, others, seed);
  return trained;
}

int64_t distinct_sentences(int64_t pairs) {
  std::unordered_set<std::string> seen;
  each_phrase({.pairs = pairs, .seed = 11}, [&](const Phrase& phrase) { seen.insert(without_stop(phrase.korean)); });
  return static_cast<int64_t>(seen.size());
}

TEST(Phrases, SplitsShareNoSentenceAndNoSentenceHasTwoTranslations) {
  EXPECT_GT(expect_one_home_and_one_translation(8000, 100), 38000u);
}

TEST(PhrasesSlow, SplitsShareNoSentenceAndNoSentenceHasTwoTranslationsIn200000) {
  EXPECT_GT(expect_one_home_and_one_translation(40000, 2000), 190000u);
}

TEST(Phrases, NoSentenceComesTwiceInASample) { EXPECT_EQ(distinct_sentences(20000), 20000); }

TEST(PhrasesSlow, NoSentenceComesTwiceInASampleOf200000) { EXPECT_EQ(distinct_sentences(200000), 200000); }

TEST(Phrases, LongSentencesAreLongerThanAnyOfTraining) {
  const auto count = [](const Phrase& p) { return static_cast<int>(fields(without_stop(p.korean), ' ').size()); };
  int longest = 0;
  for (const Phrase& phrase : train(5000)) {
    longest = std::max(longest, count(phrase));
    ASSERT_LE(count(phrase), longest_training_phrase);
  }
  EXPECT_EQ(longest, longest_training_phrase);
  int longest_of_long = 0;
  for (const Phrase& phrase : phrases({.pairs = 2000, .split = PhraseSplit::long_sentences})) {
    ASSERT_GT(count(phrase), longest_training_phrase);
    ASSERT_LE(count(phrase), 40);
    longest_of_long = std::max(longest_of_long, count(phrase));
  }
  EXPECT_GE(longest_of_long, 35);
}

TEST(Phrases, ComposeHoldsOnlyNewCombinationsOfTrainedParts) {
  std::set<std::string> lemmas, patterns, trained;
  for (const Phrase& phrase : train(60000)) {
    for (const PhraseWord& word : phrase.words) lemmas.insert(word.lemma);
    for (const std::string& combination : phrase.combinations) {
      trained.insert(combination);
      patterns.insert(combination.substr(combination.rfind(' ') + 1));
    }
  }
  for (const Phrase& phrase : phrases({.pairs = 1000, .split = PhraseSplit::compose})) {
    int fresh = 0;
    for (const std::string& combination : phrase.combinations) {
      if (!reserved(combination)) continue;
      ++fresh;
      EXPECT_FALSE(trained.contains(combination));
      EXPECT_TRUE(patterns.contains(combination.substr(combination.rfind(' ') + 1))) << combination;
    }
    EXPECT_GT(fresh, 0);
    for (const PhraseWord& word : phrase.words) EXPECT_TRUE(lemmas.contains(word.lemma)) << word.lemma;
  }
}

TEST(Phrases, HalfAreInThePlainStyleAndAllFourLevelsOccur) {
  std::map<std::string, int> levels;
  for (const Phrase& phrase : train(4000)) ++levels[phrase.level];
  EXPECT_NEAR(levels["haera"], 2000, 200);
  for (const char* level : {"hae", "haeyo", "hapsyo"}) EXPECT_GT(levels[level], 400);
}

TEST(Phrases, AlignmentsCoverEveryWordThatSaysSomething) {
  for (const Phrase& phrase : train(5000)) {
    const auto english = fields(phrase.english, ' ');
    const bool stop = phrase.english.ends_with('.') && !phrase.english.ends_with(".m.");
    const int targets = static_cast<int>(english.size()) + stop;
    std::set<int> sources, reached;
    for (const AlignmentLink& link : phrase.alignment) {
      ASSERT_GE(link.source, 0);
      ASSERT_LT(link.source, static_cast<int>(phrase.words.size()));
      ASSERT_GE(link.target, 0);
      ASSERT_LT(link.target, targets) << phrase.korean;
      sources.insert(link.source);
      reached.insert(link.target);
    }
    for (size_t i = 0; i < phrase.words.size(); ++i) {
      const std::string& role = phrase.words[i].role;
      const bool grammatical = role == "auxiliary" || role == "companion" || role == "degree" || role == "stop";
      EXPECT_TRUE(grammatical || sources.contains(static_cast<int>(i)))
          << phrase.korean << ": " << phrase.words[i].text;
    }
    EXPECT_EQ(reached.size(), static_cast<size_t>(targets)) << phrase.english;
  }
}

TEST(Phrases, AlignmentLinesAreMosesWithPossibleLinksMarked) {
  for (const Phrase& phrase : phrases({.pairs = lecture_sentences, .split = PhraseSplit::lecture})) {
    if (phrase.korean == "나는 학교에 간다") {
      EXPECT_EQ(alignment_line(phrase), "0-0 1p2 1-3 2-1");
      return;
    }
  }
  FAIL() << "the lecture's sentence is missing";
}

TEST(Phrases, TheLectureIsGivenAndNeverTrainedOn) {
  const auto rows = fixture("lecture.tsv");
  const auto lecture = phrases({.pairs = 100, .split = PhraseSplit::lecture});
  ASSERT_EQ(rows.size(), lecture.size());
  std::set<std::string> sentences;
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(lecture[i].korean, rows[i][0]);
    EXPECT_EQ(lecture[i].english, rows[i][1]);
    EXPECT_EQ(split_of(lecture[i]), PhraseSplit::lecture);
    sentences.insert(rows[i][0]);
    const size_t words = fields(rows[i][0], ' ').size(), targets = fields(rows[i][1], ' ').size();
    std::set<int> from, to;
    for (const AlignmentLink& link : lecture[i].alignment) from.insert(link.source), to.insert(link.target);
    EXPECT_EQ(from.size(), words) << rows[i][0];
    EXPECT_EQ(to.size(), targets) << rows[i][1];
    ASSERT_EQ(lecture[i].words.size(), words);
    std::string joined;
    for (const PhraseWord& word : lecture[i].words) {
      if (!joined.empty()) joined += ' ';
      for (const std::string& piece : word.pieces) joined += piece;
    }
    EXPECT_EQ(joined, rows[i][0]);
  }
  for (const Phrase& phrase : train(40000)) EXPECT_FALSE(sentences.contains(without_stop(phrase.korean)));
}

TEST(Phrases, TheLecturesCombinationsAreTrained) {
  for (const char* combination :
       {"사다 relative", "보다 relative", "가다 relative", "좋아하다 relative", "찾다 purpose", "마시다 meanwhile",
        "재미있다 reported", "걱정하다 reported", "나누다 until", "책 related", "영화 related", "영화관 related",
        "꽃 described", "저녁 described"})
    EXPECT_FALSE(reserved(combination)) << combination;
}

TEST(Phrases, TheRiverBankSenseComesOnlyWhenAskedFor) {
  for (const Phrase& phrase : train(40000)) EXPECT_FALSE(has_lecture_sense(phrase)) << phrase.korean;
  int found = 0;
  for (const Phrase& phrase : phrases({.pairs = 20000, .lecture_senses = true}))
    if (has_lecture_sense(phrase)) {
      ++found;
      EXPECT_NE(phrase.english.find("river bank"), phrase.english.npos);
    }
  EXPECT_GT(found, 20);
}

TEST(Phrases, HomonymsTakeEachOfTheirSensesAndNameACue) {
  std::map<std::string, std::set<std::string>> senses;
  for (const Phrase& phrase : train(40000)) {
    for (const Homonym& h : phrase.homonyms) {
      ASSERT_NE(h.word, h.cue) << phrase.korean;
      ASSERT_TRUE(h.cue >= 0 && h.cue < static_cast<int>(phrase.words.size())) << phrase.korean;
      senses[phrase.words[h.word].pieces[0]].insert(h.sense);
    }
  }
  EXPECT_EQ(senses["은행"], (std::set<std::string>{"bank", "ginkgo nuts"}));
  EXPECT_EQ(senses["배"], (std::set<std::string>{"ship", "pear", "stomach"}));
  EXPECT_EQ(senses["눈"], (std::set<std::string>{"snow", "eyes"}));
  EXPECT_EQ(senses["말"], (std::set<std::string>{"horse", "words"}));
  EXPECT_EQ(senses["밤"], (std::set<std::string>{"night", "chestnuts"}));
  EXPECT_EQ(senses["다리"], (std::set<std::string>{"legs", "bridge"}));
  EXPECT_EQ(senses["사과"], (std::set<std::string>{"apple", "apology"}));
  EXPECT_EQ(senses["차"], (std::set<std::string>{"car", "tea"}));
  EXPECT_EQ(senses["강둑"], (std::set<std::string>{"river bank"}));
}

// The grammar takes its particles from naru/text; here the finished words are looked at.
TEST(Phrases, ParticlesFitTheWordBeforeThem) {
  const std::map<std::string, Particle> particles = {
      {"은", Particle::topic},         {"는", Particle::topic},       {"이", Particle::subject},
      {"가", Particle::subject},       {"을", Particle::object},      {"를", Particle::object},
      {"과", Particle::with},          {"와", Particle::with},        {"로", Particle::toward},
      {"이랑", Particle::with_spoken}, {"랑", Particle::with_spoken}, {"으로", Particle::toward}};
  int seen = 0;
  for (const Phrase& phrase : train(5000))
    for (const PhraseWord& word : phrase.words) {
      if (word.role == "verb" || word.role == "modifier" || word.role == "auxiliary" || word.role == "determiner")
        continue;
      if (word.pieces.size() < 2 || !particles.contains(word.pieces.back())) continue;
      const std::string stem = word.text.substr(0, word.text.size() - word.pieces.back().size());
      if (stem == "내" || stem == "제") continue;
      EXPECT_EQ(allomorph(particles.at(word.pieces.back()), stem), word.pieces.back()) << word.text;
      ++seen;
    }
  EXPECT_GT(seen, 5000);
}

TEST(Phrases, EveryParticleOfTheGrammarOccurs) {
  std::set<std::string> found;
  for (const Phrase& phrase : train(40000))
    for (const PhraseWord& word : phrase.words)
      for (size_t i = 1; i < word.pieces.size(); ++i) found.insert(word.pieces[i]);
  for (const char* particle :
       {"은", "는", "이",   "가",   "을", "를",   "과", "와", "이랑", "랑",   "이나", "나",  "으로",
        "로", "에", "에서", "에게", "께", "께서", "의", "도", "만",   "까지", "부터", "보다"})
    EXPECT_TRUE(found.contains(particle)) << particle;
}

std::set<size_t> cuts(const std::vector<std::string>& pieces) {
  std::set<size_t> result;
  size_t at = 0;
  for (size_t i = 0; i + 1 < pieces.size(); ++i) result.insert(at += pieces[i].size());
  return result;
}

// Over cut positions inside words, which is harder than over words; sentences of `test`, another seed than any other
// test.
TEST(Phrases, TheSplitterFindsTheGoldSegmentation) {
  double right = 0, found = 0, gold = 0;
  for (const Phrase& phrase : phrases({.pairs = 5000, .seed = 99, .split = PhraseSplit::test})) {
    for (const PhraseWord& word : phrase.words) {
      const auto expected = cuts(word.pieces), actual = cuts(split_word(word.text));
      gold += static_cast<double>(expected.size());
      found += static_cast<double>(actual.size());
      for (const size_t cut : actual) right += expected.contains(cut);
    }
  }
  EXPECT_GE(2 * right / (found + gold), 0.99);
}

TEST(Phrases, PiecesJoinedAreTheWord) {
  for (const Phrase& phrase : train(3000))
    for (const PhraseWord& word : phrase.words) {
      std::string joined;
      for (const std::string& piece : word.pieces) joined += piece;
      EXPECT_EQ(joined, word.text);
    }
}

TEST(Phrases, AnnotationsAreJsonWithTheDistanceFromSubjectToVerb) {
  bool measured = false;
  for (const Phrase& phrase : train(50)) {
    const auto json = nlohmann::json::parse(annotation_line(phrase));
    EXPECT_EQ(json["korean"], phrase.korean);
    EXPECT_EQ(json["words"].size(), phrase.words.size());
    EXPECT_EQ(json["alignment"], alignment_line(phrase));
    if (json["subject"].is_null()) continue;
    EXPECT_EQ(json["distance"], json["verb"].get<int>() - json["subject"].get<int>() - 1);
    measured = true;
  }
  EXPECT_TRUE(measured);
}

TEST(Phrases, TheSubjectIsFarFromItsVerbInReports) {
  int farthest = 0;
  for (const Phrase& phrase : phrases({.pairs = 300, .split = PhraseSplit::long_sentences}))
    if (phrase.subject >= 0) farthest = std::max(farthest, phrase.verb - phrase.subject - 1);
  EXPECT_GE(farthest, 25);
}

TEST(PhraseLexicon, HasEveryReferenceLemmaWithItsForms) {
  std::map<std::string, std::vector<std::vector<std::string>>> rows;
  std::set<std::string> lemmas;
  std::istringstream table(phrase_lexicon());
  for (std::string line; std::getline(table, line);) {
    const auto row = fields(line, '\t');
    rows[row[0]].push_back(row);
    lemmas.insert(row[0]);
  }
  EXPECT_GE(lemmas.size(), 700u);
  const auto reference = fixture("conjugation.tsv");
  for (size_t i = 1; i < reference.size(); ++i) {
    const std::string lemma = reference[i][0].substr(0, reference[i][0].find('('));
    const std::vector<std::string> forms(reference[i].begin() + 2, reference[i].end());
    bool found = false;
    for (const auto& row : rows[lemma]) found |= std::vector<std::string>(row.begin() + 3, row.end()) == forms;
    EXPECT_TRUE(found) << lemma;
  }
}

TEST(PhraseSplits, AnUnknownSplitIsNamedWithThoseThereAre) {
  EXPECT_EQ(phrase_split("long"), PhraseSplit::long_sentences);
  try {
    phrase_split("tset");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("tset"), std::string::npos);
  }
}

}  // namespace
}  // namespace naru
