// The generator: draws a tree of the grammar. Everything here is a choice; nothing is a word.
// What keeps one Korean sentence from having two readings is decided here too (see `arrange`, `may_precede`).
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "naru/data/phrases/tree.h"

namespace naru::grammar {

/// Frames sorted by what they are good for; built once.
struct Shelves {
  std::vector<const Frame*> verbal, qualities, day, purposes, quotes, background, subject_gap, comparable, traits;
  std::vector<std::vector<const Frame*>> object_gap;  // by noun id: frames whose object it can be in a relative clause
  std::vector<std::vector<const Frame*>> place_gap;   // by noun id: frames that can happen there
  std::vector<std::vector<const Adjective*>> adjectives;  // by noun id
  std::vector<const Frame*> weather, feelings, lecture;
  Choice names, vehicles, pens, crayons, cutters, companions, jobs, cities;
  Shelves();
  /// Frames by their English, "go to G".
  const std::vector<const Frame*>& named(std::string_view english) const;

 private:
  std::map<std::string, std::vector<const Frame*>, std::less<>> by_english_;
};
const Shelves& shelves();
/// "give R O": a frame's English as the tables write it, without ties.
std::string english_key(const Frame& frame);

/// Whether 와 함께 is said of it.
bool has_companion(const Clause& c);

/// Thrown inside a draw that cannot be completed (no noun fits); `Grower::sentence` then draws again.
struct Misfit {};

class Grower {
 public:
  Grower(Random& random, Shape shape) : random_(random), shape_(shape), lex_(lexicon()), shelves_(shelves()) {}
  Sentence sentence();

 private:
  Sentence draw();
  /// What a clause is asked to be.
  struct Wish {
    Tense tense = Tense::past;
    Referent binder;             // the people above: whose kin
    Referent owner;              // whom a relative clause of the subject is about, if it says no one
    bool overt = true;           // the subject is said
    char gap = 0;                // this is a relative clause without that slot
    const Noun* head = nullptr;  // what the gap stands for
    int relatives = 1;           // how deep relative clauses may nest
    int adjuncts = 3;            // how many circumstances at most
    bool time = true, place = true, deny = true, plain = false;
    bool listed = false;  // one of a list: no "usually", no "finally", nothing that fits a moment only
    bool met = false;     // there is company already
  };

  /// Nothing asked; above all stands the speaker.
  Wish plain_wish() const {
    Wish wish;
    wish.binder = wish.owner = {self(), 1, false, Gender::none};
    return wish;
  }

  // ── dice ──
  bool chance(double p) { return random_.uniform() < p; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[random_.below(from.size())];
  }
  size_t weighted(std::initializer_list<double> weights);

  // ── noun phrases (grow_nouns.cpp) ──
  /// Whose kin the clause's phrases are: its subject's, if it is by name or pronoun, else those of the one above it.
  static const Referent& binder_of(const Clause& c, const Wish& wish) { return c.who.binds() ? c.who : wish.binder; }
  const Noun* noun(const Choice& choice, const Clause& c, const Referent& binder, bool weak);
  NounPhrase phrase(const Choice& choice, const Clause& c, const Wish& wish, bool weak, bool bare = false);
  bool join(NounPhrase& np, const Choice& choice, const Clause& c);
  NounPhrase place(const Choice& choice, const Clause& c, const Wish& wish);
  void describe(NounPhrase& np, const Clause& c, bool must_tell_apart);
  void determine(NounPhrase& np, const Clause& c);
  bool needs_cue(const Noun& noun, const Choice& choice, bool weak) const;
  Referent choose_subject(Clause& c, const Wish& wish);
  NounPhrase person(const Choice& choice, const Clause& c, const Referent& binder);
  Determiner free_determiner(const NounPhrase& np, const Clause& c);

  // ── relative clauses (grow_relatives.cpp) ──
  bool relate(NounPhrase& np, const Choice& choice, Clause& c, const Wish& wish, const Referent& owner);
  bool relate_object(NounPhrase& np, Clause& c, const Wish& wish, const Referent& owner);
  bool relate_person(NounPhrase& np, Clause& c, const Wish& wish, const Referent& owner);
  bool relate_place(NounPhrase& np, Clause& c, const Wish& wish, const Referent& owner);
  bool fits_together(const Frame& main, const Frame& relative, Tense tense, bool same_subject) const;
  void relative_subject(Clause& r, const Referent& outer, const Wish& wish, bool own, bool said = false);

  // ── clauses (grow_clauses.cpp) ──
  Clause clause(const Frame& frame, const Wish& wish, const Referent* who = nullptr);
  void arguments(Clause& c, const Wish& wish);
  void tense_and_aspect(Clause& c, const Wish& wish);
  void deny(Clause& c, const Wish& wish);
  void circumstances(Clause& c, const Wish& wish);
  bool time(Clause& c, const Wish& wish);
  void companion(Clause& c);
  void manner(Clause& c, const Wish& wish);
  std::vector<Item> before_verb(const Clause& c, bool scramble);
  void arrange(Clause& c, bool may_front, bool scramble);
  void add(Clause& c, Adjunct adjunct) { c.adjuncts.push_back(std::move(adjunct)); }
  void set_subject(Clause& c, const Referent& who);

  // ── sentences (grow_sentences.cpp, grow_chains.cpp) ──
  Tense any_tense(const Frame& frame);
  Clause statement(const Wish& wish);
  Clause quality(const Wish& wish);
  Clause copula(const Wish& wish);
  Clause comparison(const Wish& wish);
  Clause weather(Tense tense);
  Clause with_purpose(const Wish& wish, const Referent* who = nullptr);
  Clause with_background(const Wish& wish, const Referent* who = nullptr);
  std::optional<Clause> report(const Wish& wish, int length);
  Chain reported(const Clause& main, const Wish& wish, int length);
  Chain single(Clause c);
  Chain day(const Wish& wish, int length, const Referent* who = nullptr, bool overt = true);
  Chain two_people();
  Chain cause_and_effect();
  void extend(Chain& chain, Clause next, Link link);
  Clause next_event(const Wish& wish, const Referent& who, std::vector<const Frame*>& used, bool last);
  Clause homecoming(const Wish& wish, const Referent& who);
  Chain long_sentence();

  Random& random_;
  Shape shape_;
  const Lexicon& lex_;
  const Shelves& shelves_;
  SpeechLevel level_ = SpeechLevel::haera;
  const Noun* self() const {
    return level_ == SpeechLevel::haeyo || level_ == SpeechLevel::hapsyo ? lex_.i_humble : lex_.i;
  }
};

}  // namespace naru::grammar
