// Relative clauses: 자신이 어제 산 책, 서울에 사는 친구, 친구와 함께 간 영화관.
#include <algorithm>

#include "naru/data/phrases/grow.h"

namespace naru::grammar {

/// Whether "the book he bought" makes sense under the main verb: what is made now was not bought yesterday, what is
/// bought now was made by another, what is lost is looked for.
bool Grower::fits_together(const Frame& main, const Frame& relative, Tense tense, bool same_subject) const {
  if (main.lemma == relative.lemma || english_key(main) == english_key(relative)) return false;
  const bool liked = relative.has("state") && relative.has("habit");
  if (tense == Tense::present) return liked || !(main.has("create") || main.has("acquire"));
  if (main.has("create")) return false;
  if (main.has("acquire")) return relative.has("create") && !same_subject;
  if (main.verb == "eat" || main.verb == "drink") return relative.has("create") || relative.has("acquire");
  const bool lost = relative.verb == "lose", seeking = main.verb == "look" || main.verb == "find";
  return lost == seeking || (seeking && relative.has("acquire"));
}

/// The subject of a relative clause: the main clause's (자신이, 내가, or nothing unless it must be `said`) or someone
/// else.
void Grower::relative_subject(Clause& r, const Referent& outer, const Wish& wish, bool own, bool said) {
  if (own) {
    r.who = outer;
    r.overt = outer.binds() && (said || chance(0.55));
    if (r.overt)
      r.self = outer.person == 3 ? "자신이" : outer.many ? "우리가" : outer.noun->korean == "저" ? "제가" : "내가";
    r.honored = outer.noun && outer.noun->elder;
    return;
  }
  r.overt = true;
  r.who = outer;  // for `noun` to avoid it
  r.subject.binder = binder_of(r, wish);
  r.subject.noun = noun(chance(0.75) ? shelves_.names : shelves_.companions, r, r.subject.binder, false);
  r.marker = Particle::subject;
  r.who = r.subject.referent();
  r.honored = r.subject.noun->elder;
}

/// Tries to give the phrase a relative clause; `owner` is whom a relative clause without a subject is about. True when
/// it has one.
bool Grower::relate(NounPhrase& np, const Choice& choice, Clause& c, const Wish& wish, const Referent& owner) {
  const Noun& n = *np.noun;
  if (wish.relatives <= 0 || np.count > 0 || np.determiner != Determiner::none || np.second || np.focus != Focus::none)
    return false;
  if (np.degree || n.many || (np.adjective && chance(0.7)) || needs_cue(n, choice, c.frame->has("weak"))) return false;
  switch (n.article) {
    case Article::name:
    case Article::pronoun:
    case Article::kin:
    case Article::bare:
    case Article::home: return false;
    default: break;
  }
  if (n.human()) return relate_person(np, c, wish, owner);
  if (n.is("place")) return relate_place(np, c, wish, owner);
  return relate_object(np, c, wish, owner);
}

namespace {
/// The subject that a relative clause was given before the rest of it grew.
void take_subject(Clause from, Clause& to) {
  to.overt = from.overt;
  to.self = from.self;
  to.subject = std::move(from.subject);
  to.marker = from.marker;
  to.honored = from.honored;
}
}  // namespace

bool Grower::relate_object(NounPhrase& np, Clause& c, const Wish& wish, const Referent& owner) {
  const auto& frames = shelves_.object_gap[np.noun->id];
  if (frames.empty()) return false;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const Frame& f = *pick(frames);
    // 도운 소년 is the boy who helped: a head that could be the subject wants the subject said.
    const bool ambiguous = np.noun->human() || np.noun->is("animal");
    const bool own = owner.has_pronoun() && (owner.binds() || !ambiguous) && chance(0.7);
    Tense tense = f.has("state") || (f.has("habit") && chance(0.3)) ? Tense::present : Tense::past;
    if (f.has("weak") && f.verb == "have") tense = Tense::past;
    if (c.tense == Tense::future && !f.has("state") && chance(0.2)) tense = Tense::future;
    if (!fits_together(*c.frame, f, tense, own)) continue;
    Clause r;
    r.frame = &f;
    relative_subject(r, owner, wish, own, ambiguous);
    if (r.who.noun && f.slot('S') && r.who.noun->article != Article::pronoun && !f.slots.at('S').takes(*r.who.noun))
      continue;
    Wish inner = wish;
    inner.tense = tense;
    inner.gap = f.slot('I') ? 'I' : 'O';
    inner.head = np.noun;
    inner.relatives = wish.relatives - 1;
    inner.binder = r.who.binds() ? r.who : owner;
    inner.adjuncts = 2;
    inner.deny = false;
    inner.plain = tense == Tense::present && !(f.has("state") && chance(0.15));
    r.tense = tense;
    r.gap = inner.gap;
    const Referent who = r.who;
    Clause done = clause(f, inner, &who);
    take_subject(std::move(r), done);
    if (tense == Tense::present && !f.has("state") && !f.has("epoch")) {  // 자주 듣는 노래
      done.adjuncts.clear();
      add(done, {.kind = Circumstance::frequency, .adverb = pick(lex_.group("frequency"))});
    }
    arrange(done, false, false);
    np.relative = std::make_unique<Clause>(std::move(done));
    return true;
  }
  return false;
}

bool Grower::relate_person(NounPhrase& np, Clause& c, const Wish& wish, const Referent& owner) {
  if (np.noun->elder || chance(0.35)) return relate_object(np, c, wish, owner);
  for (int attempt = 0; attempt < 8; ++attempt) {
    const Frame& f = *pick(shelves_.subject_gap);
    if (!f.slots.at('S').takes(*np.noun) || f.lemma == c.frame->lemma) continue;
    Wish inner = wish;
    const bool habit = f.has("habit") && (f.has("state") || chance(0.3));
    inner.tense = habit ? Tense::present : Tense::past;
    inner.gap = 'S';
    inner.head = np.noun;
    inner.relatives = 0;
    inner.deny = false;
    inner.plain = habit;
    Referent who = np.referent();
    inner.binder = who;
    Clause r = clause(f, inner, &who);
    r.overt = false;
    if (!habit && !f.has("nopres") && !f.has("state") && r.adjuncts.empty() && chance(0.5)) {
      r.tense = Tense::present;
      r.aspect = Aspect::progressive;
    }
    arrange(r, false, false);
    np.relative = std::make_unique<Clause>(std::move(r));
    return true;
  }
  return false;
}

bool Grower::relate_place(NounPhrase& np, Clause& c, const Wish& wish, const Referent& owner) {
  if (!owner.has_pronoun() || np.noun->is("room2")) return false;  // one cooks in every kitchen
  const bool to_go = np.noun->is("goal") && chance(0.55);
  const auto& there = shelves_.place_gap[np.noun->id];
  if (!to_go && there.empty()) return false;
  const Frame& f = to_go ? *shelves_.named("go to G")[0] : *pick(there);
  if (f.lemma == c.frame->lemma) return false;
  const bool own = chance(0.8);
  Clause r;
  r.frame = &f;
  relative_subject(r, owner, wish, own);
  Wish inner = wish;
  inner.tense = chance(to_go ? 0.75 : 0.6) ? Tense::past : Tense::present;
  inner.gap = to_go ? 'G' : '@';
  inner.head = np.noun;
  inner.relatives = 0;
  inner.place = false;
  inner.deny = false;
  inner.plain = inner.tense == Tense::present;
  inner.binder = r.who.binds() ? r.who : owner;
  const Referent who = r.who;
  Clause done = clause(f, inner, &who);
  take_subject(std::move(r), done);
  if (inner.tense == Tense::present && (to_go || done.adjuncts.empty())) {  // 자주 가는 카페
    done.adjuncts.clear();
    add(done, {.kind = Circumstance::frequency, .adverb = pick(lex_.group("frequency"))});
  }
  if (to_go && done.adjuncts.empty()) {  // which cafe? the one of yesterday, the one with Minsu
    if (chance(0.4))
      companion(done);
    else
      time(done, inner);
  }
  arrange(done, false, false);
  np.relative = std::make_unique<Clause>(std::move(done));
  return true;
}

}  // namespace naru::grammar
