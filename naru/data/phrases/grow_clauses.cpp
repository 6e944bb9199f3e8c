// One clause: its arguments, tense, denial, circumstances, and the order in which Korean says them.
#include <algorithm>

#include "naru/data/phrases/grow.h"

namespace naru::grammar {

namespace {
/// Adverbs that stand next to the verb: 책을 많이 읽었다, 피아노를 잘 친다.
bool beside_verb(const Adverb& a) {
  return a.group == "much" || a.group == "well" || a.group == "sound" || a.group == "high";
}
}  // namespace

bool has_companion(const Clause& c) {
  return std::any_of(c.adjuncts.begin(), c.adjuncts.end(), [](auto& a) { return a.kind == Circumstance::companion; });
}

void Grower::set_subject(Clause& c, const Referent& who) {
  c.who = who;
  c.honored = who.noun && who.noun->elder;
}

/// A clause of the frame. Without `who` the subject is drawn here; with it the caller says it (or leaves it out).
Clause Grower::clause(const Frame& frame, const Wish& wish, const Referent* who) {
  Clause c;
  c.frame = &frame;
  c.tense = wish.tense;
  c.gap = wish.gap;
  if (who) {
    c.overt = false;
    set_subject(c, *who);
  } else {
    set_subject(c, choose_subject(c, wish));
    if (!wish.overt) c.overt = false;
  }
  const bool owns = std::any_of(frame.english.begin(), frame.english.end(), [](auto& e) { return e.possessive; });
  if (owns && !c.who.has_pronoun()) throw Misfit{};  // whose teeth?
  tense_and_aspect(c, wish);
  arguments(c, wish);
  deny(c, wish);
  circumstances(c, wish);
  if (!who) arrange(c, wish.time, true);
  return c;
}

void Grower::arguments(Clause& c, const Wish& wish) {
  const Frame& f = *c.frame;
  bool related = false;
  for (const KoreanSlot& k : f.korean) {
    if (k.slot == 0 || k.slot == 'Q' || k.slot == c.gap) continue;
    const Choice& choice = f.slots.at(k.slot);
    const bool is_place = k.slot == 'G' || k.slot == 'P';
    NounPhrase np = is_place ? place(choice, c, wish) : phrase(choice, c, wish, f.has("weak"), f.has("bare"));
    if (wish.head && np.noun == wish.head) throw Misfit{};
    if (f.has("plural") && k.slot == 'O') np.plural = false, np.determiner = Determiner::none, np.count = 0;
    const bool last = f.english.back().slot == k.slot;  // what follows a relative clause would be read as part of it
    const bool loose = last && !(f.has("norel") && !is_place) && !f.has("bare") && !f.has("here") && !related &&
                       k.particle != "의" && f.lemma != "있다";
    if (loose && chance(0.24)) related = relate(np, choice, c, wish, c.who);
    if (!np.relative && k.particle == "를" && np.count == 0 && np.determiner == Determiner::none && wish.deny &&
        chance(0.03))
      np.focus = Focus::also;
    c.arguments.emplace_back(k.slot, std::move(np));
  }
  const NounPhrase* receiver = c.argument('R');
  c.humble = receiver && receiver->noun->elder && !c.honored;
}

void Grower::tense_and_aspect(Clause& c, const Wish& wish) {
  const Frame& f = *c.frame;
  if (f.has("state") && c.tense == Tense::past && f.predicate.kind == PredicateKind::verb && f.has("habit") &&
      wish.gap == 0 && chance(0.3))
    c.tense = Tense::present;
  if (f.has("luck") && c.tense == Tense::future) c.tense = Tense::past;
  if (f.has("nopast") && c.tense == Tense::past && wish.gap == 0) c.tense = Tense::present;
  const bool still =
      f.has("state") || f.has("nopres") || f.adjectival() || wish.plain || f.predicate.kind != PredicateKind::verb;
  if (c.tense == Tense::present && f.has("nopres") && !f.has("lie")) c.tense = Tense::past;
  if (f.has("wearing") && wish.gap == 0 && !wish.plain && chance(0.5)) {
    c.aspect = Aspect::progressive;
    if (c.tense == Tense::future) c.tense = Tense::present;
    return;
  }
  if (f.has("lie") && wish.gap == 0 && !wish.plain && (c.tense == Tense::present || chance(0.3))) {
    c.aspect = Aspect::resultative;
    if (c.tense == Tense::future) c.tense = Tense::present;
    return;
  }
  if (still || wish.gap != 0 || c.tense == Tense::future) return;
  if (chance(c.tense == Tense::present ? 0.35 : 0.1)) c.aspect = Aspect::progressive;
}

void Grower::deny(Clause& c, const Wish& wish) {
  const Frame& f = *c.frame;
  if (!wish.deny || f.has("nodeny") || c.aspect != Aspect::simple || f.negated || f.has("thereis") || f.has("exist") ||
      f.has("own") || !chance(0.1))
    return;
  for (const auto& [name, np] : c.arguments)
    if (np.focus != Focus::none || np.second) return;
  if (f.has("fails")) {
    if (c.tense != Tense::future) c.polarity = Polarity::cannot_long;
    return;
  }
  const bool short_form =
      f.predicate.conjugation != Conjugation::ha && !f.adjectival() && !f.has("it") && f.korean.size() < 3;
  const bool able = f.predicate.kind == PredicateKind::verb && !f.has("state") && !f.has("it") && !f.has("thing") &&
                    (c.tense == Tense::past || (c.tense == Tense::present && chance(0.3)));
  switch (weighted({short_form ? 1.0 : 0, 1.2, short_form && able ? 0.8 : 0, able ? 0.6 : 0})) {
    case 0: c.polarity = Polarity::not_short; break;
    case 1: c.polarity = Polarity::not_long; break;
    case 2: c.polarity = Polarity::cannot_short; break;
    default: c.polarity = Polarity::cannot_long; break;
  }
}

bool Grower::time(Clause& c, const Wish& wish) {
  const bool past = c.tense == Tense::past, future = c.tense == Tense::future;
  if (c.aspect != Aspect::simple && !past) {
    if (!chance(0.4)) return false;
    add(c, {.kind = Circumstance::time,
            .time = &*std::find_if(lex_.times.begin(), lex_.times.end(), [](auto& t) { return t.when == "now"; })});
    return true;
  }
  const bool lasting_state = c.frame->has("state") && ((!past && !future) || c.frame->has("habit"));
  if (c.frame->has("own") || c.frame->has("notime") || lasting_state) return false;
  const bool dated = c.frame->has("day") || c.frame->has("motion") || c.frame->has("dawn");
  if (wish.gap == 0 && dated && !c.frame->has("hourless") && chance(0.22)) {
    Adjunct clock{.kind = Circumstance::clock};
    constexpr int first[] = {3, 6, 8, 1, 6, 9}, last[] = {5, 9, 11, 5, 8, 11};
    clock.period = static_cast<int>(wish.listed            ? 1 + random_.below(2)  // the day is to follow
                                    : c.frame->has("dawn") ? random_.below(6)
                                                           : 1 + random_.below(5));
    clock.hour = first[clock.period] + static_cast<int>(random_.below(last[clock.period] - first[clock.period] + 1));
    clock.half = chance(0.15);
    add(c, std::move(clock));
    return true;
  }
  for (int attempt = 0; attempt < 12; ++attempt) {
    const TimeWord& t = pick(lex_.times);
    const bool own = t.when == (past ? "past" : future ? "future" : "habit");
    const bool general = t.when == "any" || t.when == "day" || (t.when == "season" && chance(0.3));
    if (!own && !(general && chance(0.35))) continue;
    if ((c.frame->has("state") && !own) || (t.far && !c.frame->has("far"))) continue;
    if ((c.frame->has("epoch") && !t.far) || (wish.listed && (t.moment || t.far))) continue;
    if (t.hour && c.frame->has("hourless")) continue;
    if (t.when == "habit" && c.frame->has("acquire")) continue;
    add(c, {.kind = Circumstance::time, .time = &t});
    return true;
  }
  return false;
}

void Grower::companion(Clause& c) {
  Adjunct a{.kind = Circumstance::companion};
  a.noun.binder = c.who;
  a.noun.noun = noun(shelves_.companions, c, a.noun.binder, false);
  a.style = static_cast<int>(weighted({5, 2, 1.5, 1}));
  add(c, std::move(a));
}

void Grower::manner(Clause& c, const Wish& wish) {
  const auto& group = lex_.group(pick(c.frame->manners));
  const std::string& kind = group[0]->group;
  if (wish.listed && group[0]->before_verb) return;
  if (kind == "alone" && (c.who.many || has_companion(c))) return;
  const bool once =
      kind == "ago" || kind == "first" || kind == "finally" || kind == "chance" || kind == "again" || kind == "sudden";
  if (c.tense == Tense::present && once) return;
  const Adverb* adverb = pick(group);
  add(c, {.kind = adverb->group == "frequency" ? Circumstance::frequency : Circumstance::manner, .adverb = adverb});
}

void Grower::circumstances(Clause& c, const Wish& wish) {
  const Frame& f = *c.frame;
  const size_t most = static_cast<size_t>(std::max(wish.adjuncts, 0));
  const auto room = [&] { return c.adjuncts.size() < most; };
  const bool denied = c.polarity != Polarity::affirmative;
  if (f.has("quality") || f.has("quote") || f.has("feel")) {
    const bool degree = c.polarity == Polarity::affirmative && (f.has("quality") || (f.has("feel") && f.has("comp")));
    if (degree && f.verb == "be" && chance(0.3)) c.degree = pick(lex_.group("degree"));
    return;
  }
  const bool related =
      std::any_of(c.arguments.begin(), c.arguments.end(), [](auto& a) { return a.second.relative != nullptr; });
  if (related) return;  // what English says after a relative clause would be read as part of it
  if (wish.time && room() && chance(wish.gap ? 0.35 : 0.6)) time(c, wish);
  const bool here = f.has("here") && wish.gap != '@';
  if (here || (wish.place && room() && !f.places.empty() && chance(0.48))) {
    Adjunct a{.kind = Circumstance::place, .noun = place(f.places, c, wish)};
    const bool may_relate = wish.relatives > 0 && c.adjuncts.empty() && !f.has("mutual");
    if (may_relate && chance(!here ? 0.1 : wish.gap ? 0.4 : 0.25)) relate(a.noun, f.places, c, wish, c.who);
    const bool ends = a.noun.relative != nullptr;
    add(c, std::move(a));
    if (ends) return;
  }
  const bool needs_company = f.has("mutual") && !c.who.many && !wish.met;
  if (needs_company || (room() && f.has("with") && chance(0.25))) companion(c);
  if (room() && f.has("motion") && chance(0.25)) {
    Adjunct a{.kind = Circumstance::vehicle};
    a.noun.noun = noun(shelves_.vehicles, c, c.who, false);
    const NounPhrase* goal = c.argument('G');
    const bool far = goal && (goal->noun->is("country") || goal->noun->is("abroad") || goal->noun->is("resort"));
    if (!goal || far == a.noun.noun->is("flying")) add(c, std::move(a));
  }
  for (const auto& [tag, choice] :
       {std::pair{"toolpen", &shelves_.pens}, {"toolcrayon", &shelves_.crayons}, {"toolcutter", &shelves_.cutters}})
    if (room() && f.has(tag) && chance(0.2)) {
      Adjunct a{.kind = Circumstance::tool};
      a.noun.noun = noun(*choice, c, c.who, false);
      add(c, std::move(a));
    }
  if (denied || wish.plain) return;
  const bool habitual = !wish.listed && (f.has("day") || f.has("habit")) && !f.has("acquire") && !f.has("epoch") &&
                        c.tense == Tense::present && c.aspect == Aspect::simple && !f.has("state");
  const bool often = std::none_of(c.adjuncts.begin(), c.adjuncts.end(),
                                  [](auto& a) { return a.time && (a.time->when == "habit" || a.time->when == "day"); });
  if (room() && habitual && often && chance(0.4))
    return add(c, {.kind = Circumstance::frequency, .adverb = pick(lex_.group("frequency"))});
  if (room() && !f.manners.empty() && c.aspect == Aspect::simple && chance(0.35)) manner(c, wish);
  const bool lasting =
      std::none_of(c.adjuncts.begin(), c.adjuncts.end(), [](auto& a) { return a.adverb && a.adverb->group == "long"; });
  if (room() && lasting && !wish.listed && f.has("until") && !f.has("thing") && chance(0.07))
    return add(c, {.kind = Circumstance::duration, .time = &pick(lex_.durations)});
  if (room() && c.who.many && f.has("with") && chance(0.25))
    add(c, {.kind = Circumstance::together, .adverb = pick(lex_.group("together"))});
}

/// All that stands between the subject and the verb, in its order.
std::vector<Item> Grower::before_verb(const Clause& c, bool scramble) {
  std::vector<Item> early, middle, late;
  for (size_t i = 0; i < c.adjuncts.size(); ++i) {
    const Item item{Item::adjunct, 0, static_cast<int>(i)};
    switch (c.adjuncts[i].kind) {
      case Circumstance::time:
      case Circumstance::clock:
      case Circumstance::frequency: early.insert(early.begin(), item); break;
      case Circumstance::manner:
        (chance(0.5) && !beside_verb(*c.adjuncts[i].adverb) ? middle : late).push_back(item);
        break;
      case Circumstance::duration:
      case Circumstance::together:
      case Circumstance::than: late.push_back(item); break;
      default: middle.push_back(item); break;
    }
  }
  if (c.purpose) middle.push_back({Item::purpose, 0, 0});
  for (const KoreanSlot& k : c.frame ? c.frame->korean : std::vector<KoreanSlot>{})
    if (k.slot && k.slot != 'Q' && k.slot != c.gap) middle.push_back({Item::slot, k.slot, 0});
  if (c.quoted) middle.push_back({Item::quoted, 0, 0});
  if (c.meanwhile) early.push_back({Item::meanwhile, 0, 0});
  const bool glued = c.frame && std::any_of(c.frame->korean.begin(), c.frame->korean.end(),
                                            [](auto& k) { return k.particle == "의"; });
  if (glued) std::stable_partition(middle.begin(), middle.end(), [](auto& i) { return i.kind != Item::slot; });
  if (glued) middle.insert(middle.begin(), late.begin(), late.end()), late.clear();
  if (scramble && !glued && !c.purpose && !c.quoted && middle.size() > 1 && chance(0.15))
    std::swap(middle[middle.size() - 2], middle[middle.size() - 1]);
  early.insert(early.end(), middle.begin(), middle.end());
  early.insert(early.end(), late.begin(), late.end());
  return early;
}

/// The Korean order. A phrase with a relative clause comes right after the subject, because what stands before a
/// relative clause without a subject of its own would be read as part of it; only a recipient may stand before one
/// that has its own subject (영희에게 자신이 산 책을). English does not depend on this order, but for a time that opens
/// the sentence.
void Grower::arrange(Clause& c, bool may_front, bool scramble) {
  c.order.clear();
  std::vector<Item> rest = before_verb(c, scramble);
  const auto phrase = [&](const Item& item) -> const NounPhrase& {
    return item.kind == Item::slot ? *c.argument(item.name) : c.adjuncts[item.index].noun;
  };
  const auto has_relative = [&](const Item& item) {
    return (item.kind == Item::slot || item.kind == Item::adjunct) && phrase(item).relative != nullptr;
  };
  const bool subject_related = c.overt && c.subject.relative != nullptr,
             related = std::any_of(rest.begin(), rest.end(), has_relative),
             timed = !rest.empty() && rest[0].kind == Item::adjunct &&
                     c.adjuncts[rest[0].index].kind <= Circumstance::clock;
  if (may_front && timed && !subject_related && (c.overt || !related) && chance(c.overt ? 0.3 : 1.0)) {
    c.order.push_back(rest[0]);
    rest.erase(rest.begin());
  }
  if (c.overt) c.order.push_back({Item::subject, 0, 0});
  if (const auto found = std::find_if(rest.begin(), rest.end(), has_relative); found != rest.end()) {
    const Item item = *found;
    const NounPhrase& np = phrase(item);
    rest.erase(found);
    const bool bordered = np.relative->overt && np.relative->gap != 'S';
    const auto recipient =
        std::find_if(rest.begin(), rest.end(), [](auto& i) { return i.kind == Item::slot && i.name == 'R'; });
    if (bordered && recipient != rest.end()) {
      c.order.push_back(*recipient);
      rest.erase(recipient);
    }
    c.order.push_back(item);
    if (c.marker == Particle::subject && c.overt && c.self.empty() && c.gap == 0) c.marker = Particle::topic;
  }
  c.order.insert(c.order.end(), rest.begin(), rest.end());
}

}  // namespace naru::grammar
