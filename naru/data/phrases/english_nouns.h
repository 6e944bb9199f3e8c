// English noun phrases and the writer that both halves of the English side share.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "naru/data/phrases/tree.h"

namespace naru::grammar {

/// Collects English words with the Korean words they come from.
class EnglishWriter {
 public:
  std::vector<EnglishWord> words;

  /// Says each word of `text`. Articles, prepositions and auxiliaries are never sure links.
  void say(std::string_view text, std::initializer_list<Span> from, bool sure = true);
  void comma() { words.back().text += ','; }
};

enum class Case { subject, object };
enum class Pronoun { subject, object, possessive };
/// I, me, my …
std::string_view pronoun(const Referent& who, Pronoun form);

/// How a noun phrase stands in its clause.
struct NounUse {
  Case as = Case::object;
  std::string_view preposition = "";  // said before it
  bool generic = false;               // of the whole kind: likes apples
  bool introduced = false;            // there is a dog, an accident happened
};

/// Says noun phrases; relative clauses are handed to `Clauses`, which says clauses.
class EnglishNouns {
 public:
  explicit EnglishNouns(EnglishWriter& out) : out_(out) {}
  virtual ~EnglishNouns() = default;
  void noun_phrase(const NounPhrase& np, NounUse use);

 protected:
  virtual void relative(const NounPhrase& np) = 0;
  EnglishWriter& out_;

 private:
  void one(const NounPhrase& np, NounUse use);
  void determiner(const NounPhrase& np);
  void article(const NounPhrase& np, NounUse use);
  void adjective(const NounPhrase& np);
  void counted(const NounPhrase& np, bool plural);
  void noun_words(const NounPhrase& np, std::string_view english);
};

/// Whether the phrase takes a plural verb.
bool is_plural(const NounPhrase& np);
/// Of the phrase without what is joined to it by "and".
bool is_plural_itself(const NounPhrase& np);
/// "in", "at", "on" for being at a place or on a thing.
std::string_view place_preposition(const NounPhrase& np);

}  // namespace naru::grammar
