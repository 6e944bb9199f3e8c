// Chains: the events of a day, two people side by side, causes and conditions, and sentences longer than training's.
#include <algorithm>
#include <array>
#include <string_view>

#include "naru/data/phrases/grow.h"

namespace naru::grammar {
namespace {
/// A state and what it leads to, what it prevents, what is done in spite of it. Named by their English; after a colon
/// the class that the object must be of.
struct Cause {
  std::string_view state;
  std::vector<std::string_view> leads_to, prevents, in_spite;
  bool of_weather = false;
};
const std::vector<Cause>& causes() {
  static const std::vector<Cause> table = {
      {"be tired",
       {"rest", "sleep", "take a nap", "take I"},
       {"study", "exercise", "cook", "study O", "clean"},
       {"study", "work", "exercise", "clean", "do O:homework", "cook", "wash the dishes", "study O"}},
      {"be busy",
       {"work"},
       {"meet O", "have O:meal", "rest", "take a walk", "call R"},
       {"exercise", "help O", "call R", "cook", "meet O"}},
      {"be sick",
       {"rest", "see a doctor", "sleep"},
       {"go to G", "work", "exercise", "study"},
       {"go to G", "work", "study", "cook"}},
      {"be hungry", {"eat O", "order O:food", "make O:dish"}, {"study", "sleep"}, {"study", "work", "exercise"}},
      {"be thirsty", {"drink O:quench"}, {}, {}},
      {"have a headache", {"rest", "sleep", "see a doctor"}, {"study", "work", "read O"}, {"study", "work", "go to G"}},
      {"have a stomachache", {"see a doctor", "rest"}, {"eat O", "exercise"}, {"work", "study"}},
      {"rain",
       {"watch O", "read O", "take I", "rest"},
       {"take a walk", "exercise", "play O:ballgame"},
       {"take a walk", "run", "exercise", "go to G"},
       true},
      {"snow", {"watch O", "drink O:hotdrink", "read O"}, {"run", "ride I"}, {"go to G", "take a walk"}, true},
      {"be cold",
       {"drink O:hotdrink", "make O:hotdrink", "wear O:warm"},
       {"swim", "take a walk"},
       {"take a walk", "exercise", "go to G"},
       true},
      {"be hot", {"swim", "drink O:quench", "eat O:cooling"}, {"exercise", "run"}, {"exercise", "work", "cook"}, true},
      {"be good",
       {"take a walk", "go on a picnic", "exercise", "wash O", "ride I", "take O:photo", "run"},
       {},
       {"study", "work", "rest"},
       true},
      {"have O",
       {"read O", "watch O", "meet O", "exercise", "cook", "play O", "go on a trip to G"},
       {},
       {"rest", "sleep"}}};
  return table;
}

/// Frames that open a day and those that close it.
bool opens(const Frame& f) { return f.verb == "get" && english_key(f) == "get up"; }
bool closes(const Frame& f) { return f.lemma == "자다" && f.has("day"); }

bool inside(const Noun* place) { return place->is("indoors") || place->is("room2"); }
/// Nobody comes home after it.
bool at_home(const Clause& c) {
  for (const Adjunct& a : c.adjuncts)
    if (a.kind == Circumstance::place) return inside(a.noun.noun);
  const auto& places = c.frame->places.nouns;
  return !places.empty() && std::all_of(places.begin(), places.end(), inside);
}

/// Where the clause happens or ends, by what is said.
std::vector<const Noun*> places(const Clause& c) {
  std::vector<const Noun*> result;
  for (const Adjunct& a : c.adjuncts)
    if (a.kind == Circumstance::place) result.push_back(a.noun.noun);
  if (const NounPhrase* goal = c.argument('G')) result.push_back(goal->noun);
  return result;
}
/// A place is said once in a list of events. Whether something was left out.
bool leave_out_known_places(const Chain& chain, Clause& next) {
  if (next.frame->has("here")) return false;
  const auto known = [&](const Noun* place) {
    return std::any_of(chain.clauses.begin(), chain.clauses.end(), [&](const Clause& c) {
      const auto said = places(c);
      return std::find(said.begin(), said.end(), place) != said.end();
    });
  };
  return std::erase_if(next.adjuncts,
                       [&](const Adjunct& a) { return a.kind == Circumstance::place && known(a.noun.noun); }) > 0;
}

bool has_company(const Clause& c) { return has_companion(c) || c.frame->verb == "meet"; }
}  // namespace

Clause Grower::homecoming(const Wish& wish, const Referent& who) {
  Clause c;
  c.frame = chance(0.75) ? shelves_.named("come back to G")[0] : shelves_.named("go to G")[0];
  c.tense = wish.tense;
  set_subject(c, who);
  NounPhrase home;
  for (const Noun& n : lex_.nouns)
    if (n.article == Article::home) home.noun = &n;
  c.arguments.emplace_back('G', std::move(home));
  const double at = random_.uniform();
  if (at < 0.4) {
    add(c, {.kind = Circumstance::manner, .adverb = lex_.group(chance(0.6) ? "late" : "early")[0]});
  } else if (at < 0.7) {
    Adjunct clock{.kind = Circumstance::clock};
    clock.period = chance(0.6) ? 5 : 4;
    clock.hour = clock.period == 5 ? 9 + static_cast<int>(random_.below(3)) : 6 + static_cast<int>(random_.below(3));
    add(c, std::move(clock));
  }
  arrange(c, false, false);
  return c;
}

Clause Grower::next_event(const Wish& wish, const Referent& who, std::vector<const Frame*>& used, bool last) {
  for (int attempt = 0; attempt < 20; ++attempt) {
    const Frame& f = *pick(shelves_.day);
    const auto again = [&](const Frame& g) {
      return std::any_of(used.begin(), used.end(), [&](auto* u) { return u->lemma == g.lemma; });
    };
    if (again(f) || (opens(f) && !used.empty()) || (closes(f) && !last)) continue;
    if (who.noun && f.slot('S') && !f.slots.at('S').takes(*who.noun)) continue;
    Wish own = wish;
    own.deny = false;
    own.time = false;
    own.listed = true;
    own.adjuncts = chance(0.55) ? 1 : 0;
    own.relatives = chance(0.25) ? wish.relatives : 0;
    if (chance(0.1)) {
      Clause c = with_background(own, &who);
      if (again(*c.frame) || again(*c.meanwhile->frame)) continue;
      used.insert(used.end(), {c.frame, c.meanwhile->frame});
      return c;
    }
    used.push_back(&f);
    Clause c = clause(f, own, &who);
    if (c.tense != wish.tense) throw Misfit{};  // some verbs have no present: one list, one tense
    c.aspect = Aspect::simple;
    arrange(c, false, true);
    return c;
  }
  throw Misfit{};
}

/// The events of a day of one person, in a list.
Chain Grower::day(const Wish& wish, int length, const Referent* who, bool overt) {
  Chain chain;
  std::vector<const Frame*> used;
  Wish own = wish;
  own.deny = false;
  own.listed = true;
  own.adjuncts = 1;
  own.relatives = chance(0.2) ? wish.relatives : 0;
  for (int attempt = 0; chain.clauses.empty(); ++attempt) {
    if (attempt > 20) throw Misfit{};
    const Frame& f = *pick(shelves_.day);
    if (closes(f) || (who && who->noun && !f.slots.at('S').takes(*who->noun))) continue;
    used.push_back(&f);
    own.time = overt;
    Clause c = who ? clause(f, own, who) : clause(f, own);
    if (c.tense != own.tense || (!who && !c.who.has_pronoun() && c.who.many)) throw Misfit{};
    c.aspect = Aspect::simple;
    if (c.subject.focus != Focus::none) throw Misfit{};
    if (!who) c.marker = Particle::topic;
    arrange(c, overt, false);
    if (who && !overt) c.overt = false;
    extend(chain, std::move(c), Link::end);
  }
  const Referent person = chain.clauses[0].who;
  bool went = false;
  while (static_cast<int>(chain.clauses.size()) < length) {
    const bool last = static_cast<int>(chain.clauses.size()) + 1 == length;
    const Frame& before = *chain.clauses.back().frame;
    const bool stopped = std::find(chain.links.begin(), chain.links.end(), Link::until) != chain.links.end();
    const bool durative = !stopped && before.has("until") && chance(0.25);
    chain.links.back() = before.has("seq") || went ? Link::so_then : durative ? Link::until : Link::also;
    went = false;
    own.met = own.met || has_company(chain.clauses.back());
    const bool home = last && chance(0.3) && !at_home(chain.clauses.back());
    Clause next = home ? homecoming(own, person) : next_event(own, person, used, last);
    if (leave_out_known_places(chain, next)) arrange(next, false, true);
    extend(chain, std::move(next), Link::end);
  }
  return chain;
}

/// 철수는 책을 읽고 영희는 음악을 들었다; 철수는 커피를 좋아하지만 영희는 차를 좋아한다.
Chain Grower::two_people() {
  const bool tastes = chance(0.4);
  const Frame& f = tastes ? *shelves_.named("like O")[0] : *pick(shelves_.day);
  const Frame& g = tastes ? (chance(0.7) ? f : *shelves_.named("dislike O")[0]) : *pick(shelves_.day);
  if (!tastes && f.lemma == g.lemma) throw Misfit{};
  Wish wish = plain_wish();
  wish.deny = false;
  wish.relatives = 0;
  wish.adjuncts = 1;
  wish.time = false;
  wish.tense = tastes ? Tense::present : chance(0.7) ? Tense::past : Tense::present;
  Chain chain;
  Clause a = clause(f, wish), b = clause(g, wish);
  for (Clause* c : {&a, &b}) {
    if (!c->overt || c->subject.focus != Focus::none || c->subject.noun->article == Article::count) throw Misfit{};
    c->marker = Particle::topic;
    c->tense = wish.tense;
    c->aspect = Aspect::simple;
    arrange(*c, false, false);
  }
  if (a.subject.noun == b.subject.noun || (a.who.person == 1 && b.who.person == 1)) throw Misfit{};
  extend(chain, std::move(a), tastes ? Link::contrast : Link::also);
  extend(chain, std::move(b), Link::end);
  return chain;
}

/// 피곤해서 일찍 잤다, 비가 오면 집에서 책을 읽는다, 바빴지만 친구를 만났다.
Chain Grower::cause_and_effect() {
  const Cause& cause = pick(causes());
  const size_t relation = weighted({1.2, 1.0, 0.9, cause.in_spite.empty() ? 0 : 1.0});  // leads, prevents, if, in spite
  if (relation == 1 && cause.prevents.empty()) throw Misfit{};
  const auto& effects = relation == 1 ? cause.prevents : relation == 3 ? cause.in_spite : cause.leads_to;
  const std::string_view effect = pick(effects), wanted = effect.substr(std::min(effect.find(':'), effect.size()));
  const Frame& f = *pick(shelves_.named(effect.substr(0, effect.size() - wanted.size())));
  const Frame& state = *pick(shelves_.named(cause.state));
  const bool condition = relation == 2;
  Wish wish = plain_wish();
  wish.deny = false;
  wish.relatives = 0;
  wish.adjuncts = 1;
  wish.time = wish.place = false;
  wish.tense = condition ? (chance(0.5) ? Tense::present : Tense::future) : Tense::past;
  Wish before = wish;
  before.plain = true;
  before.adjuncts = cause.of_weather ? 0 : 1;
  if (cause.state == "have O" && condition == false) throw Misfit{};
  before.tense = condition ? Tense::present : Tense::past;
  Chain chain;
  Clause a = clause(state, before);
  if (a.subject.focus != Focus::none || a.polarity != Polarity::affirmative) throw Misfit{};
  if (cause.of_weather && state.slot('S') && a.subject.noun->korean != "날씨") throw Misfit{};
  if (cause.state == "have O" && a.argument('O')->noun->korean != "시간") throw Misfit{};
  if (!cause.of_weather && !a.who.has_pronoun()) throw Misfit{};
  a.tense = before.tense;
  if (a.overt && !cause.of_weather) a.marker = Particle::topic;
  arrange(a, false, false);
  const Referent who = cause.of_weather ? Referent{} : a.who;
  Clause b;
  if (cause.of_weather) {
    b = clause(f, wish);
    if (!b.who.noun || b.subject.focus != Focus::none) throw Misfit{};
    b.marker = Particle::topic;
  } else {
    if (!who.noun || !f.slots.at('S').takes(*who.noun)) throw Misfit{};
    b = clause(f, wish, &who);
  }
  if (condition || (a.degree && a.degree->english == "too")) a.degree = nullptr;  // "too … so" is no English
  if (!wanted.empty() && (!b.argument('O')->noun->is(wanted.substr(1)) || b.argument('O')->adjective)) throw Misfit{};
  b.aspect = Aspect::simple;
  b.tense = wish.tense;
  if (relation == 1)
    b.polarity = f.predicate.conjugation == Conjugation::ha ? Polarity::cannot_long
                 : chance(0.5)                              ? Polarity::cannot_short
                                                            : Polarity::cannot_long;
  if (relation == 1) b.adjuncts.clear();
  arrange(b, false, false);
  const Link link = condition ? Link::condition : relation == 3 ? Link::contrast : Link::because;
  if (link == Link::because && a.frame->predicate.kind == PredicateKind::verb && !a.frame->has("it")) throw Misfit{};
  extend(chain, std::move(a), link);
  extend(chain, std::move(b), Link::end);
  return chain;
}

/// Beyond the lengths of training: long days, reports of long days, and a last word by someone else.
Chain Grower::long_sentence() {
  Wish wish = plain_wish();
  wish.tense = Tense::past;
  wish.relatives = 2;
  const int length = 4 + static_cast<int>(random_.below(4));
  if (chance(0.5)) {
    std::optional<Clause> c = report(wish, length);
    if (!c) throw Misfit{};
    return single(std::move(*c));
  }
  Chain chain = day(wish, length);
  if (!chance(0.4)) return chain;
  Wish end = wish;
  if (chain.clauses[0].who.binds()) end.binder = chain.clauses[0].who;
  end.listed = true;
  std::optional<Clause> c = report(end, 1);
  if (!c || !c->overt || c->subject.noun->article == Article::pronoun) throw Misfit{};
  chain.links.back() = Link::background;
  extend(chain, std::move(*c), Link::end);
  return chain;
}

}  // namespace naru::grammar
