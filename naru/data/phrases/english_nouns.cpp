// Articles, number and pronouns; the rule is docs/corpus.md, section "The English".
#include "naru/data/phrases/english_nouns.h"

#include <algorithm>
#include <array>
#include <map>

#include "naru/data/phrases/cuts.h"
#include "naru/data/phrases/english.h"

namespace naru::grammar {
namespace {
bool is_function_word(std::string_view word) {
  static constexpr std::array<std::string_view, 36> list = {
      "a",    "the",  "to",  "at",    "in",    "on",  "of",   "for",  "with",  "from", "by",  "than",
      "is",   "are",  "am",  "was",   "were",  "be",  "been", "do",   "does",  "did",  "had", "has",
      "will", "that", "who", "where", "until", "and", "or",   "over", "while", "into", "out", "about"};
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// What a counter is called with mass nouns and pairs: two cups of coffee. Empty: the noun itself is counted.
std::string_view measure(const Noun& noun) {
  if (noun.article != Article::mass && noun.article != Article::plural) return "";
  static const std::map<std::string, std::string_view> measures = {
      {"병", "bottle"}, {"그릇", "bowl"},  {"장", "sheet"}, {"켤레", "pair"},
      {"벌", "pair"},   {"송이", "bunch"}, {"공기", "bowl"}};
  if (noun.counter == "잔") return noun.is("hotdrink") ? "cup" : "glass";
  const auto found = measures.find(noun.counter);
  return found == measures.end() ? "" : found->second;
}

/// What says which one: a superlative, a relative clause of anything but the habitual present.
bool singles_out(const NounPhrase& np) {
  if (np.degree && np.degree->group == "superlative") return true;
  return np.relative && (np.relative->tense != Tense::present || np.relative->aspect != Aspect::simple);
}
}  // namespace

void EnglishWriter::say(std::string_view text, std::initializer_list<Span> from, bool sure) {
  for (const std::string& word : split_words(text)) {
    EnglishWord result{word, {}, sure && !is_function_word(word)};
    for (const Span& span : from)
      for (int i = span.first; i >= 0 && i <= span.last; ++i) result.from.push_back(i);
    words.push_back(std::move(result));
  }
}

std::string_view pronoun(const Referent& who, Pronoun form) {
  constexpr std::string_view table[6][3] = {{"I", "me", "my"},     {"we", "us", "our"},       {"he", "him", "his"},
                                            {"she", "her", "her"}, {"they", "them", "their"}, {"it", "it", "its"}};
  const int row = who.person == 1                ? (who.many ? 1 : 0)
                  : who.many                     ? 4
                  : who.gender == Gender::male   ? 2
                  : who.gender == Gender::female ? 3
                                                 : 5;
  return table[row][static_cast<int>(form)];
}

bool is_plural(const NounPhrase& np) {
  if (np.second) return np.joint != Particle::or_else || is_plural(*np.second);
  return is_plural_itself(np);
}

bool is_plural_itself(const NounPhrase& np) {
  if (np.count > 0) return np.count > 1 || (np.noun->article == Article::plural && measure(*np.noun).empty());
  return np.plural || np.noun->many || np.noun->article == Article::plural || np.determiner == Determiner::several ||
         np.determiner == Determiner::many;
}

std::string_view place_preposition(const NounPhrase& np) {
  return np.noun->preposition.empty() ? "on" : std::string_view(np.noun->preposition);
}

void EnglishNouns::noun_phrase(const NounPhrase& np, NounUse use) {
  one(np, use);
  if (!np.second) return;
  out_.say(np.joint == Particle::or_else ? "or" : "and", {np.words}, false);
  one(*np.second, {use.as, "", use.generic, use.introduced});
}

void EnglishNouns::one(const NounPhrase& np, NounUse use) {
  if (!use.preposition.empty() && !(np.noun->article == Article::home && use.preposition == "to"))
    out_.say(use.preposition, {np.words}, false);
  if (np.focus == Focus::only) out_.say("only", {np.words}, false);
  if (np.noun->article == Article::pronoun)
    return out_.say(pronoun(np.referent(), use.as == Case::subject ? Pronoun::subject : Pronoun::object), {np.words});
  use.generic =
      use.generic && np.determiner == Determiner::none && np.count == 0 && !np.relative &&
      (np.noun->article == Article::count || (np.noun->article == Article::definite && np.noun->is("animal")));
  const bool many = use.generic || is_plural_itself(np);
  if (!use.generic) article(np, use);
  if (np.count > 0) {
    counted(np, many);
  } else {
    adjective(np);
    noun_words(np, many ? np.noun->english_plural : np.noun->english);
  }
  if (np.relative) relative(np);
}

void EnglishNouns::adjective(const NounPhrase& np) {
  if (!np.adjective) return;
  if (np.degree && np.degree->group == "superlative")
    return out_.say(compare(np.adjective->english, "est"), {np.degree_words, np.adjective_words});
  if (np.degree) out_.say(np.degree->english, {np.degree_words});
  out_.say(np.adjective->english, {np.adjective_words});
}

void EnglishNouns::determiner(const NounPhrase& np) {
  switch (np.determiner) {
    case Determiner::this_one: return out_.say(is_plural_itself(np) ? "these" : "this", {np.determiner_words});
    case Determiner::that:
      out_.say(is_plural_itself(np) ? "those" : "that", {np.determiner_words});
      out_.words.back().sure = true;
      return;
    case Determiner::my: return out_.say("my", {np.determiner_words});
    case Determiner::several: return out_.say("several", {np.determiner_words});
    case Determiner::many: return out_.say("many", {np.determiner_words});
    case Determiner::another: return out_.say("another", {np.determiner_words});
    case Determiner::own:
      out_.say(pronoun(np.binder, Pronoun::possessive), {np.determiner_words});
      return out_.say("own", {np.determiner_words});
    case Determiner::owner: return out_.say(np.owner->english + "'s", {np.determiner_words});
    case Determiner::none:
    case Determiner::fresh: break;
  }
}

void EnglishNouns::article(const NounPhrase& np, NounUse use) {
  if (np.determiner != Determiner::none && np.determiner != Determiner::fresh) return determiner(np);
  const Noun& noun = *np.noun;
  const auto definite = [&] { out_.say("the", {np.words}); };
  const auto indefinite = [&] { out_.say("a", {np.words}); };
  const bool subject = use.as == Case::subject && !use.introduced, which = singles_out(np);
  const bool new_animal = use.introduced && noun.is("animal") && !which;
  if (np.count > 0) {
    if (which) definite();
    return;
  }
  switch (noun.article) {
    case Article::kin: out_.say(pronoun(np.binder, Pronoun::possessive), {np.words}, false); break;
    case Article::definite:
      if (np.plural && !subject && !which) break;
      new_animal ? indefinite() : definite();
      break;
    case Article::acquaintance:
      if (np.plural) {
        if (which || subject) definite();
        break;
      }
      if (which || (subject && np.relative)) {
        definite();
        break;
      }
      subject ? out_.say(pronoun(np.binder, Pronoun::possessive), {np.words}, false) : indefinite();
      break;
    case Article::count:
      if (which || subject) {
        definite();
        break;
      }
      if (!np.plural) indefinite();
      break;
    case Article::mass:
    case Article::plural:
      if (which || subject) definite();
      break;
    case Article::meal:
      if (which || subject)
        definite();
      else if (np.adjective)
        indefinite();
      break;
    default: break;  // names, bare nouns, home
  }
  if (np.determiner == Determiner::fresh) out_.say("new", {np.determiner_words});
}

void EnglishNouns::counted(const NounPhrase& np, bool plural_verb) {
  const Span number{np.count_words.first, np.count_words.first}, counter{np.count_words.last, np.count_words.last};
  const std::string_view unit = measure(*np.noun);
  if (unit.empty()) {
    out_.say(number_word(np.count), {number});
    out_.words.back().from.push_back(counter.first);
    adjective(np);
    return noun_words(np, plural_verb ? np.noun->english_plural : np.noun->english);
  }
  out_.say(np.count == 1 ? "a" : number_word(np.count), {number}, np.count > 1);
  out_.say(np.count == 1 ? std::string(unit) : plural(unit), {counter});
  out_.say("of", {counter});
  adjective(np);
  noun_words(np, np.noun->article == Article::plural ? np.noun->english_plural : np.noun->english);
}

/// Compound nouns are tied word by word where both languages have as many: 신발 가게 / shoe store.
void EnglishNouns::noun_words(const NounPhrase& np, std::string_view english) {
  const auto parts = split_words(english);
  const int count = np.words.last - np.words.first + 1;
  if (count > 1 && static_cast<int>(parts.size()) == count) {
    for (int i = 0; i < count; ++i) out_.say(parts[i], {{np.words.first + i, np.words.first + i}});
    return;
  }
  out_.say(english, {np.words});
}

}  // namespace naru::grammar
