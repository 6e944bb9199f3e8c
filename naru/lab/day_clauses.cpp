#include "naru/lab/day_clauses.h"

#include <fmt/core.h>

#include <algorithm>

#include "naru/text/korean/particle.h"
#include "naru/text/korean/verb.h"

namespace naru {
namespace {

/// What was given: a relative clause with 자신이 before its noun.
struct Gift {
  const char *korean, *english;  // "산 책을", "the book {} bought"
};
constexpr Gift gifts[] = {{"산 책을", "the book {} bought"},
                          {"빌린 소설을", "the novel {} borrowed"},
                          {"읽은 잡지를", "the magazine {} read"},
                          {"좋아하는 책을", "a book that {} likes"}};

/// So many of a table, in an order of chance.
template <class T>
std::vector<T> drawn(std::vector<T> all, int64_t count, Random& random) {
  for (size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.below(i)]);
  all.resize(static_cast<size_t>(std::min<int64_t>(count, std::ssize(all))), all[0]);
  return all;
}

std::string in_korean(const DayClause& clause, bool last) {
  const Predicate predicate = naru::predicate(clause.lemma, clause.conjugation);
  return attach(clause.object, Particle::object) + ' ' +
         (last ? finite(predicate, Tense::past, SpeechLevel::haera) : connective(predicate, Connective::also));
}

/// "met a friend, watched a movie and drank coffee"
std::string listed(const std::vector<std::string>& parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}

SelfSentence self_sentence(const NamedPerson& subject, const NamedPerson& other, const std::vector<DayClause>& clauses,
                           const Gift& gift) {
  SelfSentence sentence{.korean = attach(subject.korean, Particle::topic), .english = "", .wrong = ""};
  std::vector<std::string> parts;
  for (const DayClause& clause : clauses) {
    sentence.korean += ' ' + in_korean(clause, false);
    parts.emplace_back(clause.english);
  }
  sentence.korean += fmt::format(" {}에게 자신이 {} 선물했다", other.korean, gift.korean);
  const auto said = [&](bool he) {
    std::vector<std::string> all = parts;
    all.push_back(fmt::format("gave {} {}", other.english, fmt::format(fmt::runtime(gift.english), he ? "he" : "she")));
    return fmt::format("{} {}", subject.english, listed(all));
  };
  sentence.english = said(subject.man);
  sentence.wrong = said(!subject.man);
  sentence.he = subject.man;
  sentence.distance = 2 * std::ssize(clauses) + 1;
  return sentence;
}

}  // namespace

const std::vector<DayClause>& day_clauses() {
  static const std::vector<DayClause> all{{"친구", "만나다", "regular", "met a friend", "friend"},
                                          {"영화", "보다", "contraction", "watched a movie", "movie"},
                                          {"저녁", "먹다", "regular", "had dinner", "dinner"},
                                          {"커피", "마시다", "contraction", "drank coffee", "coffee"},
                                          {"음악", "듣다", "ㄷ", "listened to music", "music"},
                                          {"편지", "쓰다", "으", "wrote a letter", "letter"},
                                          {"방", "청소하다", "여", "cleaned the room", "room"},
                                          {"사진", "찍다", "regular", "took a photo", "photo"},
                                          {"축구", "하다", "여", "played soccer", "soccer"},
                                          {"버스", "기다리다", "contraction", "waited for a bus", "bus"},
                                          {"그림", "그리다", "contraction", "drew a picture", "picture"},
                                          {"꽃", "심다", "regular", "planted a flower", "flower"},
                                          {"빵", "굽다", "ㅂ", "baked bread", "bread"},
                                          {"숙제", "하다", "여", "did homework", "homework"}};
  return all;
}

const std::vector<NamedPerson>& named_people() {
  static const std::vector<NamedPerson> all{
      {"철수", "Cheolsu", true},   {"민수", "Minsu", true},    {"지훈", "Jihoon", true}, {"준호", "Junho", true},
      {"영희", "Younghee", false}, {"지영", "Jiyoung", false}, {"수진", "Sujin", false}, {"미영", "Miyoung", false}};
  return all;
}

ChainSentence chain_sentence(int64_t clauses, Random& random) {
  const NamedPerson& who = named_people()[random.below(named_people().size())];
  ChainSentence sentence{attach(who.korean, Particle::topic), "", {who.english}};
  const std::vector<DayClause> chosen = drawn(day_clauses(), clauses, random);
  std::vector<std::string> parts;
  for (size_t i = 0; i < chosen.size(); ++i) {
    sentence.korean += ' ' + in_korean(chosen[i], i + 1 == chosen.size());
    parts.emplace_back(chosen[i].english);
    sentence.facts.emplace_back(chosen[i].fact);
  }
  sentence.english = fmt::format("{} {}", who.english, listed(parts));
  return sentence;
}

SelfPair self_pair(int64_t clauses, Random& random) {
  std::vector<NamedPerson> men, women;
  for (const NamedPerson& person : named_people()) (person.man ? men : women).push_back(person);
  const NamedPerson man = men[random.below(men.size())], woman = women[random.below(women.size())];
  const Gift& gift = gifts[random.below(std::size(gifts))];
  const std::vector<DayClause> between = drawn(day_clauses(), clauses, random);
  return {self_sentence(man, woman, between, gift), self_sentence(woman, man, between, gift)};
}

}  // namespace naru
