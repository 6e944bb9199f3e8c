// A sentence as the grammar thinks it: clauses of a frame, its noun phrases and its circumstances, without words.
// `speak_korean` and `speak_english` turn the same tree into words, so the English is a function of the Korean's tree.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "naru/base/random.h"
#include "naru/data/phrases/lexicon.h"

namespace naru::grammar {

/// Who a clause is about: decides agreement, pronouns and the possessive of kin.
struct Referent {
  const Noun* noun = nullptr;
  int person = 1;
  bool many = false;
  Gender gender = Gender::none;
  /// Whether English can say he, she, I, we, they of it.
  bool has_pronoun() const { return person == 1 || many || gender != Gender::none; }
  /// Whether 자신 and kin refer to it: people by name or pronoun.
  bool binds() const { return noun && (noun->article == Article::name || noun->article == Article::pronoun); }
};

/// The Korean words [first, last] that say something; first < 0: none.
struct Span {
  int first = -1, last = -1;
};

enum class Determiner { none, this_one, that, my, own, owner, several, many, another, fresh };
enum class Focus { none, also, only };

struct Clause;
struct NounPhrase {
  const Noun* noun = nullptr;
  Determiner determiner = Determiner::none;
  const Noun* owner = nullptr;
  const Adjective* adjective = nullptr;
  const Adverb* degree = nullptr;
  std::unique_ptr<Clause> relative;
  bool plural = false;
  int count = 0;
  Focus focus = Focus::none;
  std::unique_ptr<NounPhrase> second;  // joined by `joint`
  Particle joint = Particle::with;
  Referent binder;  // whose mother, whose own

  mutable Span words, determiner_words, adjective_words, degree_words, count_words;

  Referent referent() const;
};

enum class Circumstance { time, clock, duration, manner, frequency, place, companion, vehicle, tool, than, together };
struct Adjunct {
  Circumstance kind = Circumstance::time;
  const TimeWord* time = nullptr;
  const Adverb* adverb = nullptr;
  NounPhrase noun{};         // place, companion, vehicle, tool, than
  int period = 0, hour = 0;  // of a clock time
  bool half = false;
  int style = 0;  // of saying it: 와 함께, 와 같이, 랑

  mutable Span words{};
};

enum class Aspect { simple, progressive, resultative };
enum class Polarity { affirmative, not_short, not_long, cannot_short, cannot_long };

/// One thing in the order in which Korean says a clause.
struct Item {
  enum Kind { subject, slot, adjunct, purpose, meanwhile, quoted } kind = subject;
  char name = 0;  // of the slot
  int index = 0;  // of the adjunct
};

struct Chain;
struct Clause {
  const Frame* frame = nullptr;
  Referent who;
  bool overt = false;  // the subject is said
  NounPhrase subject;
  Particle marker = Particle::topic;
  std::string self;  // 자신이, 내가 …: the subject is the main clause's, said by this word
  std::vector<std::pair<char, NounPhrase>> arguments;
  std::vector<Adjunct> adjuncts;
  const Noun* complement = nullptr;  // of the copula
  bool is_not = false;               // 아니다
  Tense tense = Tense::past;
  Aspect aspect = Aspect::simple;
  Polarity polarity = Polarity::affirmative;
  bool honored = false, humble = false;
  const Adverb* degree = nullptr;  // 매우 재미있다
  bool comparative_word = false;   // 더
  char gap = 0;                    // of a relative clause: S, O, G … or @ for a place
  std::vector<Item> order;
  std::unique_ptr<Clause> purpose, meanwhile;
  std::unique_ptr<Chain> quoted;

  mutable Span predicate, complement_words, self_words, negation_words, degree_words;
  mutable std::vector<Span> fixed;  // of frame->korean, by index

  const NounPhrase* argument(char name) const;
};

/// How a clause is tied to the one after it.
enum class Link { end, also, so_then, until, background, contrast, because, condition };
struct Chain {
  std::vector<Clause> clauses;
  std::vector<Link> links;  // links[i] after clauses[i]; the last is `end`
};

struct Sentence {
  Chain chain;
  SpeechLevel level = SpeechLevel::haera;
  bool full_stop = false;
};

enum class Role {
  subject,
  object,
  recipient,
  goal,
  source,
  place,
  companion,
  means,
  time,
  manner,
  degree,
  modifier,
  determiner,
  possessor,
  numeral,
  counter,
  complement,
  verb,
  auxiliary,
  negation,
  fixed,
  than,
  stop
};
std::string_view name(Role role);

struct KoreanWord {
  std::string text;
  std::vector<std::string> pieces;  // gold cut: 학교|에
  std::string lemma;
  Role role = Role::verb;
  const Noun* noun = nullptr;  // what a homonym means
};
struct EnglishWord {
  std::string text;
  std::vector<int> from;  // Korean words
  bool sure = true;
};

/// The Korean words; fills the spans of the tree.
std::vector<KoreanWord> speak_korean(const Sentence& sentence);
/// The English words with their alignment; needs the spans.
std::vector<EnglishWord> speak_english(const Sentence& sentence);

/// What the generator is asked for.
struct Shape {
  bool long_sentence = false;   // beyond the lengths of training
  bool lecture_senses = false;  // 강가 은행 as river bank
};
/// A random sentence of the grammar, a function of `random`'s state.
Sentence grow(Random& random, Shape shape);

}  // namespace naru::grammar
