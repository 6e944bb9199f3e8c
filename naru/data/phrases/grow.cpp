// Which kind of sentence, in which speech level.
#include "naru/data/phrases/grow.h"

namespace naru::grammar {

Sentence Grower::sentence() {
  for (;;) {
    try {
      return draw();
    } catch (const Misfit&) {
    }
  }
}

Sentence Grower::draw() {
  Sentence s;
  s.level = static_cast<SpeechLevel>(weighted({0.5, 0.14, 0.18, 0.18}));
  level_ = s.level;
  s.full_stop = chance(0.25);
  Wish wish = plain_wish();
  if (shape_.long_sentence) {
    s.chain = long_sentence();
    return s;
  }
  if (shape_.lecture_senses && chance(0.04)) {
    const Frame& f = *pick(shelves_.lecture);
    wish.tense = any_tense(f);
    s.chain = single(clause(f, wish));
    return s;
  }
  switch (weighted({42, 7, 2, 2.5, 8, 6, 15, 12, 3, 6, 1.5})) {
    case 0: s.chain = single(statement(wish)); break;
    case 1: s.chain = single(quality(wish)); break;
    case 2: s.chain = single(copula(wish)); break;
    case 3: s.chain = single(comparison(wish)); break;
    case 4: s.chain = single(with_purpose(wish)); break;
    case 5: s.chain = single(with_background(wish)); break;
    case 6: {
      wish.tense = chance(0.8) ? Tense::past : chance(0.5) ? Tense::future : Tense::present;
      s.chain = day(wish, 2 + static_cast<int>(weighted({5, 3, 1.5, 0.7})));
      if (wish.tense == Tense::past && chance(0.15)) {
        if (s.chain.clauses[0].who.binds()) wish.binder = s.chain.clauses[0].who;
        wish.listed = true;
        std::optional<Clause> c = report(wish, 1);
        if (!c || !c->overt || c->subject.noun->article == Article::pronoun) throw Misfit{};
        s.chain.links.back() = Link::background;
        extend(s.chain, std::move(*c), Link::end);
      }
      break;
    }
    case 7: {
      wish.relatives = 2;
      std::optional<Clause> c = report(wish, chance(0.15) ? 2 : 1);
      if (!c) throw Misfit{};
      s.chain = single(std::move(*c));
      break;
    }
    case 8: s.chain = two_people(); break;
    case 9: s.chain = cause_and_effect(); break;
    default:
      s.chain = single(weather(weighted({1, 1, 1}) == 0 ? Tense::present : chance(0.7) ? Tense::past : Tense::future));
      break;
  }
  return s;
}

Sentence grow(Random& random, Shape shape) { return Grower(random, shape).sentence(); }

}  // namespace naru::grammar
