// Kinds of sentences of one main clause: statements, qualities, comparisons, purposes, reports.
#include <algorithm>
#include <string_view>

#include "naru/data/phrases/grow.h"

namespace naru::grammar {
namespace {
/// What a background activity (letter) goes with is marked on the main frame: "mwdl" takes drinking and listening.
bool goes_with(const Frame& main, const Frame& background) {
  for (const std::string& b : background.tags)
    for (const std::string& m : main.tags)
      if (b.starts_with("bg") && m.starts_with("mw") && m.find(b[2], 2) != m.npos) return true;
  return false;
}
/// What one talks over: neither water nor coffee and milk.
bool sociable(const NounPhrase& drink) {
  return (drink.noun->is("hotdrink") || drink.noun->is("alcohol")) && (!drink.second || sociable(*drink.second));
}
/// Whether a clause of the chain names the noun.
bool mentions(const Chain& chain, const Noun* noun) {
  return std::any_of(chain.clauses.begin(), chain.clauses.end(), [&](const Clause& c) {
    const bool as_argument =
        std::any_of(c.arguments.begin(), c.arguments.end(), [&](auto& a) { return a.second.noun == noun; });
    const bool as_adjunct =
        std::any_of(c.adjuncts.begin(), c.adjuncts.end(), [&](auto& a) { return a.noun.noun == noun; });
    return as_argument || as_adjunct || (c.overt && c.subject.noun == noun);
  });
}
}  // namespace

Chain Grower::single(Clause c) {
  Chain chain;
  extend(chain, std::move(c), Link::end);
  return chain;
}

void Grower::extend(Chain& chain, Clause next, Link link) {
  chain.clauses.push_back(std::move(next));
  chain.links.push_back(link);
}

Tense Grower::any_tense(const Frame& f) {
  if (f.has("state") || f.adjectival())
    return weighted({0.5, 0.45, 0.05}) == 0 ? Tense::present : chance(0.9) ? Tense::past : Tense::future;
  switch (weighted({0.6, 0.2, 0.2})) {
    case 0: return Tense::past;
    case 1: return Tense::present;
    default: return Tense::future;
  }
}

Clause Grower::statement(const Wish& wish) {
  const Frame& f = *pick(shelves_.verbal);
  Wish own = wish;
  own.tense = any_tense(f);
  return clause(f, own);
}

Clause Grower::quality(const Wish& wish) {
  const Frame& f = *pick(shelves_.qualities);
  Wish own = wish;
  own.tense = chance(0.6) ? Tense::present : Tense::past;
  Clause c = clause(f, own);
  if (c.overt && c.subject.noun && chance(0.45)) {
    if (relate(c.subject, f.slots.at('S'), c, wish, wish.owner)) arrange(c, false, false);
  }
  return c;
}

Clause Grower::copula(const Wish& wish) {
  Clause c;
  const Noun* subject = chance(0.35)  ? (chance(0.5) ? lex_.he : lex_.she)
                        : chance(0.2) ? self()
                                      : pick(shelves_.companions.nouns);
  if (subject->many || subject->english == "grandmother" || subject->english == "grandfather") throw Misfit{};
  c.subject.noun = subject;
  c.subject.binder = wish.binder;
  c.overt = true;
  c.marker = Particle::topic;
  set_subject(c, c.subject.referent());
  c.complement = pick(shelves_.jobs.nouns);
  if (subject->elder && c.complement->is("pupil")) throw Misfit{};
  c.tense = chance(0.65) ? Tense::present : Tense::past;
  c.is_not = chance(0.15);
  arrange(c, false, false);
  return c;
}

/// 철수는 영희보다 키가 크다, 기차는 버스보다 빠르다.
Clause Grower::comparison(const Wish& wish) {
  const Frame& f = *pick(chance(0.35) ? shelves_.comparable : shelves_.qualities);
  if (f.adjective && !f.adjective->comparable) throw Misfit{};
  const Choice& choice = f.slots.at('S');
  Clause c;
  c.frame = &f;
  c.subject.noun = noun(choice, c, wish.binder, false);
  set_subject(c, c.subject.referent());
  c.overt = true;
  c.marker = chance(0.7) ? Particle::topic : Particle::subject;
  c.subject.binder = wish.binder;
  Adjunct than{.kind = Circumstance::than};
  than.noun.binder = binder_of(c, wish);
  than.noun.noun = noun(choice, c, than.noun.binder, false);
  const auto& mine = c.subject.noun->classes;
  const auto shared = std::count_if(mine.begin(), mine.end(), [&](auto& name) { return than.noun.noun->is(name); });
  const bool alike = shared >= (c.subject.noun->human() ? 1 : 2);
  if (c.subject.noun->is("anyone") || than.noun.noun->is("anyone")) throw Misfit{};
  if (!alike || needs_cue(*c.subject.noun, choice, false) || needs_cue(*than.noun.noun, choice, false)) throw Misfit{};
  c.tense = chance(0.8) ? Tense::present : Tense::past;
  if (chance(0.5)) c.degree = lex_.group("comparative")[0];
  add(c, std::move(than));
  arrange(c, false, false);
  return c;
}

/// 책을 빌리러 도서관에 갔다: the place is one where the purpose can be had.
Clause Grower::with_purpose(const Wish& wish, const Referent* who) {
  const Frame& aim = *pick(shelves_.purposes);
  const auto& motions = shelves_.named(chance(0.75) ? "go to G" : "come to G");
  const Frame& motion = *motions[0];
  Wish own = wish;
  own.tense = any_tense(motion);
  own.deny = false;
  own.relatives = 0;
  Clause c;
  c.frame = &motion;
  c.tense = own.tense;
  set_subject(c, who ? *who : choose_subject(c, own));
  if (who) c.overt = false;
  NounPhrase goal = place(aim.places, c, own);
  if (!motion.slots.at('G').takes(*goal.noun)) throw Misfit{};
  if (goal.noun->english == "home" && english_key(motion) == "go to G" && aim.has("with")) throw Misfit{};
  c.arguments.emplace_back('G', std::move(goal));
  Wish inside = own;
  inside.tense = Tense::present;
  inside.plain = true;
  inside.adjuncts = 0;
  inside.relatives = wish.relatives;
  c.purpose = std::make_unique<Clause>(clause(aim, inside, &c.who));
  c.purpose->adjuncts.clear();
  c.purpose->honored = false;
  arrange(*c.purpose, false, false);
  const bool habit_of_buying = aim.has("acquire") && c.tense == Tense::present;
  if (!habit_of_buying && chance(0.5)) time(c, own);
  if (chance(0.2)) companion(c);
  if (!who) arrange(c, true, false);
  return c;
}

/// 음악을 들으며 공부했다
Clause Grower::with_background(const Wish& wish, const Referent* who) {
  for (int attempt = 0; attempt < 40; ++attempt) {
    const bool over_coffee = chance(0.02);
    const Frame& main = over_coffee ? *shelves_.named("talk")[0] : *pick(shelves_.day);
    const Frame& ground = over_coffee ? *shelves_.named("drink O")[0] : *pick(shelves_.background);
    if (!goes_with(main, ground) || main.lemma == ground.lemma) continue;
    Wish own = wish;
    own.deny = false;
    own.adjuncts = 1;
    own.tense = who ? wish.tense : any_tense(main);
    own.relatives = 0;
    own.place = !ground.has("bgw");  // nobody sits at home while taking a walk
    Clause c;
    if (who) {
      c = clause(main, own, who);
    } else {
      c = clause(main, own);
      if (c.honored && ground.lemma == "마시다") throw Misfit{};
    }
    c.aspect = Aspect::simple;
    Wish inside = own;
    inside.tense = Tense::present;
    inside.plain = true;
    inside.adjuncts = 0;
    c.meanwhile = std::make_unique<Clause>(clause(ground, inside, &c.who));
    c.meanwhile->adjuncts.clear();
    c.meanwhile->honored = false;
    if (main.verb == "talk" && ground.verb == "drink" && !sociable(*c.meanwhile->argument('O'))) continue;
    arrange(*c.meanwhile, false, false);
    arrange(c, !who, false);
    return c;
  }
  throw Misfit{};
}

Clause Grower::weather(Tense tense) {
  const Frame& f = *pick(shelves_.weather);
  Wish wish = plain_wish();
  wish.tense = tense;
  wish.deny = false;
  return clause(f, wish);
}

// ── reports ──

/// What someone says: a quality, an event, a whole day. Null subject: the speaker; 자신이: the speaker too.
Chain Grower::reported(const Clause& main, const Wish& wish, int length) {
  Wish own = wish;
  own.binder = main.who.binds() ? main.who : wish.binder;
  own.time = true;
  const bool speaker = main.who.has_pronoun();
  if (speaker && main.who.noun) own.owner = main.who;
  if (length > 1 && speaker) {
    own.tense = Tense::past;
    return day(own, length, &main.who, false);
  }
  const bool hearsay = main.frame->verb != "say" && main.frame->verb != "tell";  // one hears of others
  const bool other = !speaker || hearsay || chance(0.5);
  const bool is_quality = chance(0.45);
  Clause c;
  if (other) {
    c = is_quality ? quality(own) : statement(own);
    if (!c.overt || c.subject.noun->article == Article::pronoun || c.subject.focus != Focus::none) throw Misfit{};
    if (c.subject.noun == main.who.noun) throw Misfit{};
    for (const auto& [name, np] : c.arguments)
      if (np.relative) throw Misfit{};  // 영희가 산 책을 읽었다고 would have two readings
    for (const Adjunct& a : c.adjuncts)
      if (a.noun.relative) throw Misfit{};
    c.marker = Particle::subject;
    arrange(c, false, false);
    c.marker = Particle::subject;
    return single(std::move(c));
  }
  const Frame& f = *pick(is_quality ? shelves_.qualities : chance(0.35) ? shelves_.feelings : shelves_.verbal);
  if (!f.slot('S') || !main.who.noun || !f.slots.at('S').takes(*main.who.noun)) throw Misfit{};
  own.tense = any_tense(f);
  if (f.slot('R') && main.argument('R')) throw Misfit{};  // 영희에게 would be read with the inner verb
  c = clause(f, own, &main.who);
  c.overt = chance(0.35) && main.who.binds();
  if (c.overt)
    c.self = main.who.person == 3            ? "자신이"
             : main.who.many                 ? "우리가"
             : main.who.noun->korean == "저" ? "제가"
                                             : "내가";
  if (c.overt)
    for (const auto& [name, np] : c.arguments)
      if (np.relative && np.relative->overt) throw Misfit{};
  arrange(c, false, false);
  return single(std::move(c));
}

std::optional<Clause> Grower::report(const Wish& wish, int length) {
  const Frame& f = *shelves_.quotes[length > 1 ? weighted({4, 3}) : weighted({4, 3, 1.5, 1.2, 0.4})];
  Clause c;
  c.frame = &f;
  c.tense = wish.listed || f.verb == "hear" || chance(0.85) ? Tense::past : Tense::present;
  set_subject(c, choose_subject(c, wish));
  if (!c.who.has_pronoun() || c.subject.focus != Focus::none || c.subject.second) return std::nullopt;
  // The honorific verb tells whose words they are, so an elder needs no topic to stand before a report.
  c.marker = c.honored && chance(0.6) ? Particle::subject : Particle::topic;
  if (f.slot('R')) {
    NounPhrase to;
    to.binder = binder_of(c, wish);
    to.noun = noun(shelves_.companions, c, to.binder, false);
    c.humble = to.noun->elder && !c.honored;
    c.arguments.emplace_back('R', std::move(to));
  }
  c.quoted = std::make_unique<Chain>(reported(c, wish, length));
  const NounPhrase* listener = c.argument('R');
  if (listener && mentions(*c.quoted, listener->noun)) throw Misfit{};  // of "you", not by name
  if (c.overt && c.tense == Tense::past && (f.verb == "say" || f.verb == "tell") && !wish.listed && chance(0.15)) {
    Wish plain = wish;
    time(c, plain);
  }
  arrange(c, false, false);
  if (!c.adjuncts.empty()) {  // only before the subject can a time belong to the saying
    std::stable_partition(c.order.begin(), c.order.end(), [](auto& i) { return i.kind == Item::adjunct; });
  }
  return c;
}

}  // namespace naru::grammar
