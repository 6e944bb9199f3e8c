// The words of the phrase grammar and what each may be combined with. The tables are text, one entry a line, in
// nouns_*.cpp, adjectives.cpp, adverbs.cpp and frames_*.cpp; their columns are explained there.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "naru/text/korean/particle.h"
#include "naru/text/korean/verb.h"

namespace naru::grammar {

/// How English speaks of a noun. The rule that follows from it is in docs/corpus.md.
enum class Article { name, kin, acquaintance, count, definite, mass, plural, meal, bare, home, pronoun };
enum class Gender { none, male, female };

struct Noun {
  std::string korean, english, english_plural;
  Article article = Article::count;
  Gender gender = Gender::none;
  Gender kin_of = Gender::none;  // 형, 누나 are a man's, 오빠, 언니 a woman's
  bool elder = false;            // takes 께서, 께 and -(으)시-
  bool many = false;             // always plural: 부모님, 우리
  int person = 3;
  std::string counter;      // 권, 개, 마리 …; empty: not counted
  std::string preposition;  // of being there: in, at, on
  std::vector<std::string> classes;
  bool lecture = false;  // only with lecture_senses
  int id = 0;
  std::vector<const Noun*> namesakes;  // others with the same Korean: 은행 (bank), 은행 (ginkgo nut)

  bool is(std::string_view name) const;
  bool human() const { return is("human") || is("baby"); }
};

/// Nouns a slot takes; `has` is by id.
struct Choice {
  std::vector<const Noun*> nouns;
  std::vector<bool> has;
  bool takes(const Noun& noun) const { return has[noun.id]; }
  bool empty() const { return nouns.empty(); }
};

struct Adjective {
  std::string lemma, english, class_name;
  Predicate predicate;
  Choice before;  // the nouns it describes: 예쁜 꽃
  bool comparable = false, aged = false;
};

struct Adverb {
  std::string korean, english, group;
  bool before_verb = false;
};
struct TimeWord {
  std::string korean, english, when;
  bool far = false, moment = false, hour = false;
};

/// A word of a frame's Korean side: a slot with its particle, or fixed text with a tie to English words.
struct KoreanSlot {
  char slot = 0;
  std::string particle;  // as written: 에게
  std::string fixed;
  int tie = 0;
};
/// A word of a frame's English side: a slot, the subject's possessive ("S'"), or text.
struct EnglishSlot {
  char slot = 0;
  bool possessive = false;
  std::string text;
  int tie = 0;
};

struct Frame {
  std::string lemma, class_name;  // 선물하다, 여
  Predicate predicate;
  std::vector<KoreanSlot> korean;  // without the predicate
  std::string verb;                // English base form, or "be"
  bool negated = false;            // 없다, 모르다: the English denies
  bool there = false;              // "there is"
  std::vector<EnglishSlot> english;
  std::map<char, Choice> slots;
  Choice places;  // with 에서
  std::vector<std::string> tags, manners;
  const Adjective* adjective = nullptr;  // 꽃이 예쁘다
  int id = 0;

  bool has(std::string_view tag) const;
  bool adjectival() const { return predicate.kind == PredicateKind::adjective; }
  bool slot(char name) const { return slots.contains(name); }
};

class Lexicon {
 public:
  Lexicon();
  std::vector<Noun> nouns;
  std::vector<Adjective> adjectives;
  std::vector<Adverb> adverbs;
  std::vector<TimeWord> times;
  std::vector<TimeWord> durations;
  std::vector<Frame> frames;
  const Noun *i = nullptr, *i_humble = nullptr, *we = nullptr, *he = nullptr, *she = nullptr, *they = nullptr;

  /// Nouns of "a|b&c": of class a, or of both b and c.
  Choice choice(std::string_view expression) const;
  /// Adverbs of a group.
  const std::vector<const Adverb*>& group(const std::string& name) const;

 private:
  void read_nouns(std::string_view table, bool lecture = false);
  void read_adjectives(std::string_view table);
  void read_frames(std::string_view table);
  void add_pronouns();
  void connect();
  std::map<std::string, std::vector<const Adverb*>> groups_;
};

/// Built once, at first use.
const Lexicon& lexicon();

}  // namespace naru::grammar
