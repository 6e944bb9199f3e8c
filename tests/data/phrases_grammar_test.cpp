// What the grammar of the embedded corpus promises of Korean, and of the English that follows from it.
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "naru/data/phrases/phrases.h"

namespace naru {
namespace {

std::vector<Phrase> sample(int64_t pairs = 20000) { return phrases({.pairs = pairs, .seed = 21}); }

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

std::string padded(std::string english) {
  std::replace(english.begin(), english.end(), ',', ' ');
  return ' ' + english + ' ';
}

TEST(PhraseGrammar, EveryEndingOfTheGrammarOccurs) {
  std::set<std::string> lemmas, endings;
  for (const Phrase& phrase : sample())
    for (const PhraseWord& word : phrase.words) {
      lemmas.insert(word.lemma);
      if (word.role == "verb" || word.role == "auxiliary") endings.insert(word.pieces.back());
    }
  for (const char* lemma : {"안", "못", "않다", "못하다", "없다", "모르다", "있다", "것"})
    EXPECT_TRUE(lemmas.contains(lemma)) << lemma;
  for (const char* ending : {"고",   "서",   "며",     "으며", "다가", "러",   "으러", "는데", "지만",   "면",
                             "으면", "다고", "는다고", "라고", "다",   "는다", "어",   "어요", "습니다", "니다"})
    EXPECT_TRUE(endings.contains(ending)) << ending;
}

TEST(PhraseGrammar, AnElderSubjectIsHonoredByItsVerb) {
  std::set<std::string> verbs;
  int elders = 0;
  for (const Phrase& phrase : sample()) {
    if (phrase.subject < 0 || !has(phrase.words[phrase.subject].text, "께서")) continue;
    std::string predicate = phrase.words[phrase.verb].text;
    if (phrase.verb > 0) predicate = phrase.words[phrase.verb - 1].text + ' ' + predicate;
    bool honored = false;
    for (const char* form : {"시", "셨", "셔", "세", "실", "십", "신"}) honored |= has(predicate, form);
    EXPECT_TRUE(honored) << phrase.korean;
    ++elders;
    for (const char* special : {"말씀하", "드셨", "주무", "계셨"})
      if (has(predicate, special)) verbs.insert(special);
  }
  EXPECT_GT(elders, 300);
  for (const char* special : {"말씀하", "드셨", "주무", "계셨"}) EXPECT_TRUE(verbs.contains(special)) << special;
}

TEST(PhraseGrammar, AStatementWithoutSubjectIsTheSpeakers) {
  int statements = 0;
  for (const Phrase& phrase : sample()) {
    if (phrase.subject >= 0) continue;
    const std::string english = padded(phrase.english);
    const bool nobody = has(english, "It ") || has(english, " it ") || has(english, "here ");  // There, there
    EXPECT_TRUE(nobody || has(english, " I ")) << phrase.korean << '\t' << phrase.english;
    statements += !nobody;
  }
  EXPECT_GT(statements, 1000);
}

TEST(PhraseGrammar, ArgumentsAreScrambled) {
  std::set<std::string> orders;
  for (const Phrase& phrase : sample()) {
    std::string order;
    for (const PhraseWord& word : phrase.words)
      if (word.role == "recipient" || word.role == "object" || word.role == "place") order += word.role + ' ';
    orders.insert(order);
  }
  for (const char* order : {"recipient object ", "object recipient ", "place object ", "object place "})
    EXPECT_TRUE(orders.contains(order)) << order;
}

TEST(PhraseGrammar, TheSubjectThatBindsSelfDecidesHeOrShe) {
  const std::set<std::string> men = {"철수는", "민수는", "영수는", "준호는", "지훈은", "민호는", "그는"},
                              women = {"영희는", "지영은", "수진은", "민지는", "은주는", "혜진은", "그녀는"};
  int he = 0, she = 0;
  for (const Phrase& phrase : sample(60000)) {
    const bool self = std::any_of(phrase.words.begin(), phrase.words.end(), [](auto& w) { return w.text == "자신이"; });
    if (!self || phrase.subject < 0) continue;
    const std::string subject = phrase.words[phrase.subject].text, english = padded(phrase.english);
    if (men.contains(subject)) {
      EXPECT_TRUE(has(english, " he ")) << phrase.korean << '\t' << phrase.english;
      ++he;
    }
    if (women.contains(subject)) {
      EXPECT_TRUE(has(english, " she ")) << phrase.korean << '\t' << phrase.english;
      ++she;
    }
  }
  EXPECT_GT(he, 50);
  EXPECT_GT(she, 50);
}

TEST(PhraseGrammar, AnElderIsToldHumbly) {
  int told = 0;
  for (const Phrase& phrase : sample()) {
    const PhraseWord& verb = phrase.words[phrase.verb];
    if (verb.lemma != "말하다" || !has(phrase.english, " told ") || phrase.subject < 0) continue;
    const PhraseWord& next = phrase.words[phrase.subject + 1];  // whom the subject tells, when it comes first
    if (has(phrase.words[phrase.subject].text, "께서") || next.role != "recipient" || next.pieces.back() != "께")
      continue;
    EXPECT_TRUE(has(verb.text, "말씀")) << phrase.korean;
    ++told;
  }
  EXPECT_GT(told, 20);
}

TEST(PhraseGrammar, AnAnimalThatIsThereIsNew) {
  int there = 0;
  for (const Phrase& phrase : sample(60000)) {
    const std::string english = padded(phrase.english);
    for (const char* animal : {"dog", "cat", "pig", "horse"}) {
      EXPECT_FALSE(has(english, std::string("here is the ") + animal)) << phrase.english;
      there += has(english, std::string("here is a ") + animal);
    }
  }
  EXPECT_GT(there, 0);
}

/// How often a part occurs in a text, or any of the lemmas among a phrase's words.
int64_t occurrences(const std::string& text, std::string_view part) {
  int64_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}
int64_t occurrences(const Phrase& phrase, std::initializer_list<std::string_view> lemmas) {
  return std::ranges::count_if(
      phrase.words, [&](const PhraseWord& word) { return std::ranges::find(lemmas, word.lemma) != lemmas.end(); });
}

TEST(PhraseGrammar, SiblingsAndSpousesAreNamedFromTheSideOfTheirOwner) {
  int64_t his = 0, hers = 0;
  for (const Phrase& phrase : sample(60000)) {
    const std::string english = padded(phrase.english);
    for (const char* owner : {" our ", " their ", " its "})
      for (const char* kin : {"older ", "wife ", "husband "})
        EXPECT_FALSE(has(english, std::string(owner) + kin)) << phrase.korean << '\t' << phrase.english;
    EXPECT_FALSE(has(english, " his husband ") || has(english, " her wife ")) << phrase.korean;
    if (has(english, "y older ")) continue;  // my: the speaker may have all four
    const int64_t of_men = occurrences(phrase, {"형", "누나"}), of_women = occurrences(phrase, {"오빠", "언니"});
    EXPECT_EQ(of_men, occurrences(english, " his older ")) << phrase.korean << '\t' << phrase.english;
    EXPECT_EQ(of_women, occurrences(english, " her older ")) << phrase.korean << '\t' << phrase.english;
    his += of_men;
    hers += of_women;
  }
  EXPECT_GT(his, 50);
  EXPECT_GT(hers, 50);
}

TEST(PhraseGrammar, OneRidesAndWearsOneAtATime) {
  int64_t seen = 0;
  for (const Phrase& phrase : sample()) {
    const std::string english = padded(phrase.english);
    for (const char* verb : {" ride ", " rides ", " rode ", " ridden ", " riding ", " wear ", " wears ", " wore ",
                             " worn ", " wearing ", " driving ", " drove ", " took ", " boarded "}) {
      if (!has(english, verb)) continue;
      ++seen;
      for (const char* many : {"several ", "many ", "two ", "three ", "four ", "five "})
        for (const char* thing : {"bicycle", "motorcycle", "horse", "car", "truck", "bus", "train", "plane", "ship",
                                  "hat", "helmet", "coat", "ring"})
          EXPECT_FALSE(has(english, std::string(verb) + many + thing)) << phrase.korean << '\t' << phrase.english;
    }
  }
  EXPECT_GT(seen, 300);
}

TEST(PhraseGrammar, OneIsInTheWaterOnlyWhereOneSwimsOrCatchesFish) {
  int64_t in = 0, at = 0;
  for (const Phrase& phrase : sample()) {
    if (has(phrase.english, "at the sea")) ++at;
    if (!has(phrase.english, "in the sea")) continue;
    ++in;
    bool wet = false;
    for (const char* verb : {"swim", "swam", "swum", "catch", "caught"}) wet |= has(phrase.english, verb);
    EXPECT_TRUE(wet) << phrase.korean << '\t' << phrase.english;
  }
  EXPECT_GT(in, 3);
  EXPECT_GT(at, 3);
}

TEST(PhraseGrammar, OneTalksOverCoffeeAndWritesInADiary) {
  int64_t talks = 0, diaries = 0;
  for (const Phrase& phrase : sample()) {
    const std::string english = padded(phrase.english);
    const size_t over = english.find(" over ");
    if (over != english.npos && has(english, " talk")) {
      ++talks;
      for (const char* drink : {"water ", "milk ", "juice ", "cola "})
        EXPECT_EQ(english.find(drink, over), english.npos) << phrase.korean << '\t' << phrase.english;
    }
    EXPECT_FALSE(has(english, " the diary ")) << phrase.korean << '\t' << phrase.english;
    for (const char* owner : {" my", " his", " her", " their"})
      diaries += has(english, " in" + std::string(owner) + " diary ");
  }
  EXPECT_GT(talks, 3);
  EXPECT_GT(diaries, 3);
}

TEST(PhraseGrammar, AnExamIsNotPassedForLackOfAbility) {
  int64_t failed = 0;
  for (const Phrase& phrase : sample(60000))
    for (size_t i = 0; i < phrase.words.size(); ++i) {
      if (phrase.words[i].lemma != "합격하다") continue;
      EXPECT_FALSE(i > 0 && phrase.words[i - 1].role == "negation") << phrase.korean;
      if (i + 1 == phrase.words.size()) continue;
      EXPECT_NE(phrase.words[i + 1].lemma, "않다") << phrase.korean;
      if (phrase.words[i + 1].lemma != "못하다") continue;
      EXPECT_TRUE(has(phrase.english, "could not pass")) << phrase.english;
      ++failed;
    }
  EXPECT_GT(failed, 3);
}

TEST(PhraseGrammar, APersonIsToldFromOthers) {
  int64_t people = 0;
  for (const Phrase& phrase : sample()) {
    const std::string english = padded(phrase.english);
    people += has(english, " people ");
    const size_t person = english.find(" a person ");
    if (person != english.npos) {
      const std::string rest = english.substr(person + 10);
      EXPECT_TRUE(rest.starts_with("who ") || rest.starts_with("that ")) << phrase.korean << '\t' << phrase.english;
    }
    const bool opens = phrase.korean.starts_with("사람") && !phrase.korean.starts_with("사람들");
    EXPECT_FALSE(opens && !has(english, "here ")) << phrase.korean << '\t' << phrase.english;  // There are many people
  }
  EXPECT_GT(people, 5);
}

}  // namespace
}  // namespace naru
