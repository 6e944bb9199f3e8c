// The English side: chains of clauses, verb phrases, circumstances. Order and tense follow docs/corpus.md.
#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "naru/base/error.h"
#include "naru/data/phrases/english.h"
#include "naru/data/phrases/english_nouns.h"
#include "naru/data/phrases/tree.h"

namespace naru::grammar {
namespace {

/// What is asked of a verb: finite by its own tense, finite in a report made in the past, after an auxiliary that was
/// already said, after "to", or -ing.
enum class Form { finite, reported, shared, infinitive, gerund };

Span head_of(Span span) { return {span.first, span.first}; }
Span tail_of(Span span) { return {span.last, span.last}; }

class Speaker : public EnglishNouns {
 public:
  explicit Speaker(EnglishWriter& out) : EnglishNouns(out) {}

  void chain(const Chain& chain, Form form, bool top) {
    const auto& clauses = chain.clauses;
    for (size_t begin = 0; begin < clauses.size();) {
      const size_t end = group_end(chain, begin);
      const Link link = chain.links[end - 1];
      if (link == Link::condition) out_.say("if", {tail_of(clauses[end - 1].predicate)});
      group(chain, begin, end, form, top && begin == 0 && link != Link::condition);
      if (end < clauses.size()) join(link, clauses[end - 1].predicate);
      begin = end;
    }
  }

 private:
  /// Clauses that share a subject and are merely listed make one group.
  static size_t group_end(const Chain& chain, size_t begin) {
    size_t end = begin + 1;
    const auto listed = [](Link l) { return l == Link::also || l == Link::so_then || l == Link::until; };
    while (end < chain.clauses.size() && listed(chain.links[end - 1]) && !chain.clauses[end].overt) ++end;
    return end;
  }

  void join(Link link, Span predicate) {
    if (link != Link::also) out_.comma();
    const Span last = tail_of(predicate);
    switch (link) {
      case Link::contrast: return out_.say("but", {last});
      case Link::because: return out_.say("so", {last});
      case Link::condition: return;
      default: return out_.say("and", {last}, false);
    }
  }

  void group(const Chain& chain, size_t begin, size_t end, Form form, bool may_front) {
    const Clause& first = chain.clauses[begin];
    const Adjunct* fronted = may_front ? fronted_time(first) : nullptr;
    if (fronted) time(*fronted);
    subject(first);
    for (size_t i = begin; i < end; ++i) {
      const Clause& c = chain.clauses[i];
      if (i > begin && i + 1 < end) out_.comma();
      if (i > begin && i + 1 == end) out_.say("and", {tail_of(chain.clauses[i - 1].predicate)}, false);
      const bool shared = i > begin && (c.tense == Tense::future || (form == Form::reported && steps_back(c)));
      verb_phrase(c, form, i == begin ? fronted : nullptr, shared);
    }
  }

  static const Adjunct* fronted_time(const Clause& c) {
    if (c.order.empty() || c.order[0].kind != Item::adjunct) return nullptr;
    const Adjunct& a = c.adjuncts[c.order[0].index];
    return a.kind == Circumstance::time || a.kind == Circumstance::clock ? &a : nullptr;
  }

  void subject(const Clause& c) {
    if (c.frame && c.frame->there) return out_.say("there", {c.predicate}, false);
    if (c.frame && !c.frame->slot('S')) return out_.say("it", {c.predicate}, false);
    if (c.overt && c.self.empty())
      return noun_phrase(c.subject, {Case::subject, "", false, c.frame && c.frame->has("appears")});
    const bool said = !c.self.empty();
    out_.say(pronoun(c.who, Pronoun::subject), {said ? c.self_words : head_of(c.predicate)}, said);
  }

  // ── verb phrases ──

  /// Number and person of the verb.
  static Referent agreement(const Clause& c) {
    Referent who = c.who;
    if (c.frame && c.frame->there) {
      who.person = 3;
      who.many = c.frame->has("plural") || is_plural(*c.argument('O'));
    } else if (c.frame && !c.frame->slot('S')) {
      who = {nullptr, 3, false, Gender::none};
    } else if (c.overt && c.self.empty()) {
      who.many = is_plural(c.subject);
      who.person = c.subject.second ? 3 : who.person;
    }
    return who;
  }

  static std::string_view be(const Referent& who, Tense tense) {
    if (tense == Tense::past) return who.many ? "were" : "was";
    return who.many ? "are" : who.person == 1 ? "am" : "is";
  }
  static bool third_singular(const Referent& who) { return who.person == 3 && !who.many; }

  /// A report made in the past: verbs of the past go one step back (had bought); past qualities and states stay.
  static bool steps_back(const Clause& c) {
    const bool able = c.polarity != Polarity::cannot_short && c.polarity != Polarity::cannot_long;
    return c.tense == Tense::past && c.frame && c.frame->predicate.kind == PredicateKind::verb && able;
  }

  void verb_phrase(const Clause& c, Form form, const Adjunct* said, bool shared) {
    head(c, form, shared);
    complements(c);
    circumstances(c, said);
  }

  void adverbs_before(const Clause& c) {
    for (const Adjunct& a : c.adjuncts)
      if (a.adverb && a.adverb->before_verb) out_.say(a.adverb->english, {a.words});
    for (const auto& [name, np] : c.arguments)
      if (np.focus == Focus::also) out_.say("also", {np.words}, false);
  }

  void say_not(const Clause& c) {
    out_.say("not", {c.negation_words.first >= 0 ? c.negation_words : tail_of(c.predicate)});
  }

  void head(const Clause& c, Form form, bool shared) {
    const auto bare = [&](VerbForm f) {
      adverbs_before(c);
      lexical(c, f);
    };
    switch (form) {
      case Form::gerund: return bare(VerbForm::gerund);
      case Form::infinitive: out_.say("to", {tail_of(c.predicate)}); return bare(VerbForm::base);
      case Form::shared: return bare(VerbForm::base);
      default: break;
    }
    const bool past_report = form == Form::reported;
    if (past_report && steps_back(c)) return perfect(c, shared);
    if (c.tense == Tense::future) {
      if (!shared) out_.say(past_report ? "would" : "will", {tail_of(c.predicate)}, false);
      if (denied(c)) say_not(c);
      return bare(VerbForm::base);
    }
    finite(c, past_report ? Tense::past : c.tense);
  }

  static bool denied(const Clause& c) {
    const bool by_word = c.polarity == Polarity::not_short || c.polarity == Polarity::not_long;
    return by_word || c.is_not || (c.frame && c.frame->negated);
  }

  void perfect(const Clause& c, bool shared) {
    if (!shared) out_.say("had", {tail_of(c.predicate)}, false);
    if (denied(c)) say_not(c);
    adverbs_before(c);
    if (c.aspect != Aspect::simple) out_.say("been", {tail_of(c.predicate)}, false);
    lexical(c, c.aspect != Aspect::simple ? VerbForm::gerund : VerbForm::participle);
  }

  void finite(const Clause& c, Tense tense) {
    const bool past = tense == Tense::past, going = c.aspect != Aspect::simple;
    const Span tail = tail_of(c.predicate);
    const Referent who = agreement(c);
    if (c.polarity == Polarity::cannot_short || c.polarity == Polarity::cannot_long) {
      if (past) {
        out_.say("could", {tail}, false);
        say_not(c);
      } else {
        out_.say("cannot", {c.negation_words.first >= 0 ? c.negation_words : tail});
      }
      adverbs_before(c);
      return lexical(c, VerbForm::base);
    }
    if (going || base(c) == "be") {
      out_.say(be(who, tense), {tail}, false);
      if (denied(c)) say_not(c);
      adverbs_before(c);
      if (going) lexical(c, VerbForm::gerund);
      return;
    }
    if (denied(c)) {
      out_.say(past ? "did" : third_singular(who) ? "does" : "do", {tail}, false);
      say_not(c);
    }
    adverbs_before(c);
    lexical(c, denied(c)             ? VerbForm::base
               : past                ? VerbForm::past
               : third_singular(who) ? VerbForm::third
                                     : VerbForm::base);
  }

  static std::string base(const Clause& c) { return c.frame ? c.frame->verb : "be"; }

  /// The verb itself after auxiliaries.
  void lexical(const Clause& c, VerbForm form) {
    const Span stem = head_of(c.predicate);
    if (base(c) == "be") {
      out_.say(form == VerbForm::participle ? "been" : form == VerbForm::gerund ? "being" : "be", {stem}, false);
      return;
    }
    out_.say(inflect(base(c), form), {stem});
    tie_fixed(c);
  }

  /// Fixed Korean words without a translation of their own belong to the verb: 이야기를 나누다, talk.
  void tie_fixed(const Clause& c) {
    if (!c.frame) return;
    for (size_t i = 0; i < c.frame->korean.size(); ++i) {
      const KoreanSlot& k = c.frame->korean[i];
      const bool own = k.slot == 0 && (k.tie == 0 || k.tie == c.frame->english[0].tie);
      if (own && c.fixed[i].first >= 0) out_.words.back().from.push_back(c.fixed[i].first);
    }
  }

  Span tied(const Clause& c, int tie) const {
    for (size_t i = 0; i < c.frame->korean.size(); ++i)
      if (tie > 0 && c.frame->korean[i].tie == tie) return c.fixed[i];
    return head_of(c.predicate);
  }

  void complements(const Clause& c) {
    if (c.complement) {
      out_.say("a", {c.complement_words});
      return out_.say(c.complement->english, {c.complement_words});
    }
    const auto& english = c.frame->english;
    for (size_t i = 1; i < english.size(); ++i) {
      const EnglishSlot& e = english[i];
      if (e.possessive) {
        out_.say(pronoun(c.who.has_pronoun() ? c.who : Referent{}, Pronoun::possessive), {head_of(c.predicate)}, false);
      } else if (e.slot == 'Q') {
        quoted(c);
      } else if (e.slot) {
        slot(c, e.slot);
      } else {
        fixed_word(c, i);
      }
    }
  }

  void fixed_word(const Clause& c, size_t i) {
    const auto& english = c.frame->english;
    const EnglishSlot& e = english[i];
    const bool homeward =
        i + 1 < english.size() && goes_home(c, english[i + 1].slot ? i + 1 : std::min(i + 2, english.size() - 1));
    if (homeward && (e.text == "to" || e.text == "back")) return;
    if (c.comparative_word || compares(c)) {
      if (i == 1) return out_.say(compare(e.text, "er"), {tied(c, e.tie)});
    }
    if (c.degree && i == 1) out_.say(c.degree->english, {c.degree_words});
    const bool carries = c.frame->verb == "be" && i == 1 && e.tie > 0;  // hungry: 배가 and 고프다
    out_.say(e.text, {tied(c, e.tie), carries ? head_of(c.predicate) : Span{}});
  }
  static bool compares(const Clause& c) {
    return std::any_of(c.adjuncts.begin(), c.adjuncts.end(), [](auto& a) { return a.kind == Circumstance::than; }) &&
           c.frame->verb == "be";
  }
  static bool goes_home(const Clause& c, size_t slot) {
    const char name = c.frame->english[slot].slot;
    const NounPhrase* np = name == 'G' ? c.argument('G') : nullptr;
    return np && np->noun->article == Article::home;
  }

  void slot(const Clause& c, char name) {
    const NounPhrase* np = c.argument(name);
    const bool prepositional = name == 'P';
    if (!np) {
      NARU_CHECK(c.gap == name, "phrases: '{}' has no {}", c.frame->lemma, name);
      if (prepositional) out_.say(gap_preposition_, {head_of(c.predicate)}, false);
      return;
    }
    noun_phrase(*np,
                {Case::object, prepositional ? place_preposition(*np) : "", c.frame->has("generic"), c.frame->there});
  }

  void quoted(const Clause& c) { chain(*c.quoted, c.tense == Tense::past ? Form::reported : Form::finite, false); }

  // ── circumstances ──

  void circumstances(const Clause& c, const Adjunct* said) {
    const auto each = [&](auto&& wanted, auto&& speak) {
      for (const Adjunct& a : c.adjuncts)
        if (&a != said && wanted(a)) speak(a);
    };
    const auto late = [](const Adjunct& a) {
      return a.adverb->group == "ago" || a.adverb->group == "first" || a.adverb->group == "long" ||
             a.adverb->group == "again";
    };
    const auto post = [](const Adjunct& a) { return a.kind == Circumstance::manner && !a.adverb->before_verb; };
    const auto of = [](Circumstance kind) { return [kind](const Adjunct& a) { return a.kind == kind; }; };
    const auto adverb = [&](const Adjunct& a) { out_.say(a.adverb->english, {a.words}, true); };
    const auto text = [&](const Adjunct& a) { out_.say(a.time->english, {a.words}); };
    each([&](auto& a) { return post(a) && !late(a); }, adverb);
    each(of(Circumstance::companion), [&](auto& a) { noun_phrase(a.noun, {Case::object, "with", false}); });
    each(of(Circumstance::together), adverb);
    each(of(Circumstance::vehicle), [&](auto& a) { vehicle(a); });
    each(of(Circumstance::tool), [&](auto& a) { noun_phrase(a.noun, {Case::object, "with", false}); });
    each(of(Circumstance::place), [&](auto& a) {
      const bool in_water = c.frame->has("wet") && a.noun.noun->is("water");
      noun_phrase(a.noun, {Case::object, in_water ? "in" : place_preposition(a.noun), false});
    });
    each(of(Circumstance::duration), text);
    each([&](auto& a) { return post(a) && late(a); }, adverb);
    each([](auto& a) { return a.kind == Circumstance::time || a.kind == Circumstance::clock; },
         [&](auto& a) { time(a); });
    each(of(Circumstance::than), [&](auto& a) { noun_phrase(a.noun, {Case::subject, "than", false}); });
    if (c.overt && c.self.empty() && c.subject.focus == Focus::also) {
      const bool no = denied(c) || c.polarity != Polarity::affirmative;
      out_.say(no ? "either" : "too", {c.subject.words}, false);
    }
    if (c.purpose) verb_phrase(*c.purpose, Form::infinitive, nullptr, false);
    if (c.meanwhile) meanwhile(c);
  }

  void vehicle(const Adjunct& a) {
    out_.say("by", {a.noun.words});
    out_.say(a.noun.noun->english, {a.noun.words});
  }

  void time(const Adjunct& a) {
    if (a.kind == Circumstance::time) return out_.say(a.time->english, {a.words});
    const Span period{a.words.first, a.words.first}, hour{a.words.first + 1, a.words.last};
    out_.say("at", {hour});
    out_.say(std::to_string(a.hour) + (a.half ? ":30" : ""), {hour});
    out_.say(a.period < 3 ? "a.m." : "p.m.", {period});
  }

  /// 커피를 마시며 이야기를 나누다 is "talk over coffee"; everything else is "while …ing".
  void meanwhile(const Clause& c) {
    const Clause& m = *c.meanwhile;
    const NounPhrase* drink = m.argument('O');
    if (c.frame->verb == "talk" && m.frame->verb == "drink" && drink) {
      out_.say("over", {m.predicate}, false);
      out_.words.back().sure = true;
      return noun_phrase(*drink, {Case::object, "", false});
    }
    out_.say("while", {tail_of(m.predicate)}, false);
    verb_phrase(m, Form::gerund, nullptr, false);
  }

  // ── relative clauses ──

  void relative(const NounPhrase& np) override {
    const Clause& r = *np.relative;
    const std::string_view outer = std::exchange(gap_preposition_, place_preposition(np));
    const Span verb = head_of(r.predicate);
    if (r.gap == 'S') {
      out_.say(np.noun->human() ? "who" : "that", {verb}, false);
    } else {
      if (r.gap == '@') out_.say("where", {verb}, false);
      if (r.gap != '@' && r.tense == Tense::present) out_.say("that", {verb}, false);
      subject(r);
    }
    verb_phrase(r, Form::finite, nullptr, false);
    gap_preposition_ = outer;
  }

  std::string_view gap_preposition_ = "";
};

void finish(std::vector<EnglishWord>& words, const Sentence& sentence, int stop) {
  for (size_t i = 0; i + 1 < words.size(); ++i)
    if (words[i].text == "a" && begins_with_vowel_sound(words[i + 1].text)) words[i].text = "an";
  words[0].text[0] = static_cast<char>(std::toupper(words[0].text[0]));
  if (sentence.full_stop && !words.back().text.ends_with('.')) words.push_back({".", {stop}, true});
}
}  // namespace

std::vector<EnglishWord> speak_english(const Sentence& sentence) {
  EnglishWriter out;
  Speaker(out).chain(sentence.chain, Form::finite, true);
  const int stop = sentence.chain.clauses.back().predicate.last + 1;
  finish(out.words, sentence, stop);
  return std::move(out.words);
}

}  // namespace naru::grammar
