// Choosing nouns and what is said about them.
#include <algorithm>
#include <array>
#include <string_view>

#include "naru/data/phrases/grow.h"

namespace naru::grammar {
namespace {
bool countable(const Noun& n) {
  return n.article == Article::count || n.article == Article::plural || n.article == Article::acquaintance ||
         (n.article == Article::definite && n.is("animal"));
}
/// Whether Korean counts the noun and English has words for it.
bool counted(const Noun& n) {
  if (n.counter.empty()) return false;
  if (n.article != Article::mass) return countable(n);
  return n.counter == "잔" || n.counter == "병" || n.counter == "그릇" || n.counter == "장";
}
bool wants_plural_marker(const Noun& n) { return n.article == Article::count && (n.human() || n.is("animal")); }
/// What can be someone's: belongings and what is one's own. Nobody has a lie or a lion of another's.
bool ownable(const Noun& n) {
  constexpr std::array<std::string_view, 24> classes = {
      "cloth",   "shoes", "hat",        "ring",     "jewel",     "gift",    "lost",    "electronic",
      "vehicle", "cycle", "stationery", "crockery", "furniture", "carried", "bookish", "photo",
      "drawn",   "toy",   "bedding",    "mail",     "label",     "secret",  "plan",    "idea"};
  return std::any_of(classes.begin(), classes.end(), [&](auto& name) { return n.is(name); });
}
bool singular_only(const Noun& n) { return n.article != Article::count; }
/// 사람 alone: one says which person, or 사람들.
bool says_nobody(const NounPhrase& np) {
  return np.noun->is("anyone") && !np.adjective && np.determiner == Determiner::none && !np.plural;
}
}  // namespace

size_t Grower::weighted(std::initializer_list<double> weights) {
  double sum = 0;
  for (const double w : weights) sum += w;
  double at = random_.uniform() * sum;
  size_t i = 0;
  for (const double w : weights) {
    if ((at -= w) < 0) return i;
    ++i;
  }
  return weights.size() - 1;
}

bool Grower::needs_cue(const Noun& noun, const Choice& choice, bool weak) const {
  for (const Noun* other : noun.namesakes)
    if (weak || choice.takes(*other)) return true;
  return false;
}

/// A noun of the choice that suits the clause: not its subject, and kin only of the binder's side. Throws Misfit.
const Noun* Grower::noun(const Choice& choice, const Clause& c, const Referent& binder, bool weak) {
  for (int attempt = 0; attempt < 12; ++attempt) {
    const Noun* n = pick(choice.nouns);
    if (n->human() && n->article != Article::name && chance(0.35)) {  // names are most of the people one speaks of
      const Noun* other = pick(choice.nouns);
      if (other->article == Article::name) n = other;
    }
    if (n->article == Article::pronoun) continue;
    if (n->lecture && !shape_.lecture_senses) continue;
    if (n == c.who.noun || (c.who.noun && n->english == c.who.noun->english)) continue;
    if (n == c.subject.noun || (c.subject.second && n == c.subject.second->noun)) continue;
    if (n->elder && c.honored) continue;
    const bool either_side = n->kin_of == Gender::none || (binder.person == 1 && !binder.many);
    if (!either_side && (binder.many || binder.gender != n->kin_of)) continue;
    if (n->article == Article::kin && !c.who.binds() && c.who.noun && c.who.noun->human()) continue;
    if (n->elder && c.frame && c.frame->has("noelder") && !c.who.noun) continue;
    if (needs_cue(*n, choice, weak) && shelves_.adjectives[n->id].empty()) continue;
    return n;
  }
  throw Misfit{};
}

/// An adjective; where a homonym needs a cue, one that its namesakes cannot have (빠른 배, 맛있는 배).
void Grower::describe(NounPhrase& np, const Clause& c, bool must_tell_apart) {
  const auto& fitting = shelves_.adjectives[np.noun->id];
  if (np.noun->article == Article::bare || np.noun->article == Article::home) return;
  if (c.frame && c.frame->adjective && !must_tell_apart) return;  // the bright room is dark
  if (fitting.empty() || (!must_tell_apart && !chance(np.noun->human() ? 0.15 : 0.26))) return;
  for (int attempt = 0; attempt < 6; ++attempt) {
    const Adjective* a = pick(fitting);
    const bool tells = std::none_of(np.noun->namesakes.begin(), np.noun->namesakes.end(),
                                    [&](const Noun* other) { return a->before.takes(*other); });
    if (must_tell_apart && !tells) continue;
    if (a->aged && c.frame && (c.frame->has("create") || c.frame->has("acquire"))) continue;
    if (c.frame && (c.frame->adjective == a || (c.frame->has("nocold") && a->lemma == "차갑다"))) continue;
    np.adjective = a;
    if (chance(0.14)) np.degree = lex_.group("degree")[random_.below(2)];
    if (!np.degree && a->comparable && np.noun->article == Article::count && chance(0.08))
      np.degree = lex_.group("superlative")[0];
    return;
  }
}

Determiner Grower::free_determiner(const NounPhrase& np, const Clause& c) {
  const Noun& n = *np.noun;
  const bool thing = !n.human() && !n.is("animal") && !n.is("place");
  const bool one = singular_only(n) || (c.frame && c.frame->has("single"));
  switch (weighted({2, 3, 2, 1.5, 1.5, thing ? 1.5 : 0, 1.2, 1.2})) {
    case 0: return Determiner::this_one;
    case 1: return Determiner::that;
    case 2:
      return c.who.person == 1 && !(c.frame && c.frame->has("acquire")) && ownable(n) && !c.who.many ? Determiner::my
                                                                                                     : Determiner::that;
    case 3: return one ? Determiner::that : Determiner::several;
    case 4: return singular_only(n) ? Determiner::this_one : Determiner::another;
    case 5: return n.is("food") || np.adjective ? Determiner::that : Determiner::fresh;
    case 6: return one ? Determiner::that : Determiner::many;
    default:
      return ownable(n) && !(c.frame && c.frame->has("acquire")) && c.who.binds() && c.who.person == 3
                 ? Determiner::own
                 : Determiner::that;
  }
}

void Grower::determine(NounPhrase& np, const Clause& c) {
  const Noun& n = *np.noun;
  if (!countable(n) && !counted(n) && !ownable(n)) return;
  const double at = random_.uniform();
  const bool measured = n.article == Article::mass;
  const bool one = c.frame && c.frame->has("single");
  const bool counts = !one && c.frame && (c.frame->has("day") || c.frame->has("acquire") || n.is("drink"));
  if (at < (measured ? 0.2 : 0.1) && counts && counted(n)) {
    np.count = measured ? 1 + static_cast<int>(random_.below(3)) : 2 + static_cast<int>(random_.below(4));
  } else if (c.frame && c.frame->has("create")) {
    return;  // one makes a cake, not that cake
  } else if (at < 0.13 && wants_plural_marker(n)) {
    np.plural = true;
  } else if (at < 0.24 && countable(n)) {
    np.determiner = free_determiner(np, c);
  } else if (at < 0.28 && ownable(n) && !(c.frame && c.frame->has("acquire"))) {
    const Noun* owner = noun(shelves_.names, c, np.binder, false);
    np.determiner = Determiner::owner;
    np.owner = owner;
  }
}

NounPhrase Grower::phrase(const Choice& choice, const Clause& c, const Wish& wish, bool weak, bool bare) {
  NounPhrase np;
  np.binder = binder_of(c, wish);
  np.noun = noun(choice, c, np.binder, weak);
  const bool cue = needs_cue(*np.noun, choice, weak);
  if (np.noun->article == Article::name || np.noun->article == Article::kin) return np;
  if (bare && !cue) return np;
  if (!cue && chance(0.06) && join(np, choice, c)) return np;
  describe(np, c, cue);
  if (cue && !np.adjective) throw Misfit{};
  if (!np.degree) determine(np, c);
  if (says_nobody(np)) np.plural = true;
  return np;
}

/// 빵과 우유, 커피나 차: two of a kind, nothing more said of either.
bool Grower::join(NounPhrase& np, const Choice& choice, const Clause& c) {
  if (np.noun->human() || c.frame->has("thereis") || c.frame->has("own") || c.frame->has("single") ||
      !c.frame->has("day"))
    return false;
  const Noun* other = noun(choice, c, np.binder, false);
  if (other == np.noun || other->english == np.noun->english || other->human() || !other->is(np.noun->classes[0]))
    return false;
  if (needs_cue(*other, choice, false) || np.noun->is("meal")) return false;
  const std::string &a = np.noun->english, &b = other->english;
  if (a.ends_with(b) || b.ends_with(a)) return false;  // green tea and tea
  np.second = std::make_unique<NounPhrase>();
  np.second->noun = other;
  np.second->binder = np.binder;
  constexpr Particle joints[] = {Particle::with, Particle::with_spoken, Particle::or_else};
  np.joint = joints[weighted({3, 1, 1.5})];
  return true;
}

NounPhrase Grower::place(const Choice& choice, const Clause& c, const Wish& wish) {
  NounPhrase np;
  np.binder = binder_of(c, wish);
  np.noun = noun(choice, c, np.binder, false);
  if (np.noun->article == Article::definite && chance(0.12)) describe(np, c, true);
  if (np.degree && np.degree->group == "superlative") np.degree = nullptr;
  return np;
}

/// Someone, possibly two: 철수와 영희.
NounPhrase Grower::person(const Choice& choice, const Clause& c, const Referent& binder) {
  NounPhrase np;
  np.binder = binder;
  np.noun = noun(choice, c, binder, false);
  if (np.noun->article != Article::name || !chance(0.07)) return np;
  const Noun* other = pick(choice.nouns);
  if (other->article != Article::name || other == np.noun) return np;
  np.second = std::make_unique<NounPhrase>();
  np.second->noun = other;
  np.joint = chance(0.7) ? Particle::with : Particle::with_spoken;
  return np;
}

/// Draws the subject: who it is, and how (or whether) it is said. Throws Misfit.
Referent Grower::choose_subject(Clause& c, const Wish& wish) {
  const auto found = c.frame->slots.find('S');
  if (found == c.frame->slots.end()) return {nullptr, 3, false, Gender::none};
  const Choice& choice = found->second;
  const bool pronouns = choice.takes(*lex_.he), people = choice.takes(*lex_.i) || choice.nouns[0]->human();
  c.who = {};
  c.overt = true;
  c.marker = people ? (chance(0.78) ? Particle::topic : Particle::subject)
                    : (chance(0.35) ? Particle::topic : Particle::subject);
  const auto said = [&](const Noun* n) { c.subject.noun = n; };
  if (pronouns) {
    switch (weighted({c.frame->has("plural") ? 0.0 : 0.20, 0.10, 0.13, 0.05, 0.03, 0.52})) {
      case 0:
        c.overt = false;
        said(self());
        break;
      case 1: said(self()); break;
      case 2: said(chance(0.5) ? lex_.he : lex_.she); break;
      case 3: said(lex_.we); break;
      case 4: said(lex_.they); break;
      default: break;
    }
  }
  if (!c.subject.noun) {
    NounPhrase np = person(choice, c, wish.binder);
    const bool cue = needs_cue(*np.noun, choice, false);
    c.subject = std::move(np);
    const Article a = c.subject.noun->article;
    if (a != Article::name && a != Article::kin) {
      describe(c.subject, c, cue);
      if (c.subject.degree && c.subject.degree->group == "superlative") c.subject.degree = nullptr;
      if (c.frame->has("plural") || (wants_plural_marker(*c.subject.noun) && chance(0.12)))
        c.subject.plural = wants_plural_marker(*c.subject.noun);
      else if (!people && countable(*c.subject.noun) && chance(0.08))
        c.subject.determiner = chance(0.5) ? Determiner::this_one : Determiner::that;
      if (says_nobody(c.subject)) c.subject.plural = true;
    }
  }
  if (c.who.person == 1 && c.subject.noun->article == Article::pronoun && c.subject.noun->person == 1 && chance(0.8))
    c.marker = Particle::topic;
  c.subject.binder = wish.binder;
  if (people && c.overt && !c.subject.second && c.subject.noun != self() && chance(0.03))
    c.subject.focus = chance(0.6) ? Focus::also : Focus::only;
  return c.subject.referent();
}

}  // namespace naru::grammar
