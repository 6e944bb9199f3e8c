// The Korean side: walks the tree in the order the generator chose and says each part with its particles and endings.
#include <array>
#include <utility>

#include "naru/base/error.h"
#include "naru/data/phrases/cuts.h"
#include "naru/data/phrases/tree.h"

namespace naru::grammar {
namespace {

Particle particle_named(const std::string& text) {
  static const std::map<std::string, Particle> names = {
      {"를", Particle::object}, {"가", Particle::subject}, {"에", Particle::at},
      {"에서", Particle::from}, {"로", Particle::toward},  {"에게", Particle::to},
      {"와", Particle::with},   {"의", Particle::of},      {"까지", Particle::until}};
  const auto found = names.find(text);
  NARU_CHECK(found != names.end(), "phrase table: unknown particle '{}'", text);
  return found->second;
}

Role role_of(char slot) {
  switch (slot) {
    case 'O':
    case 'I': return Role::object;
    case 'R': return Role::recipient;
    case 'G': return Role::goal;
    case 'P': return Role::place;
    case 'W': return Role::companion;
    case 'F': return Role::source;
    default: return Role::complement;
  }
}

std::string_view korean_number(int n) {
  constexpr std::array<std::string_view, 11> words = {"영",   "한",   "두",   "세",   "네", "다섯",
                                                      "여섯", "일곱", "여덟", "아홉", "열"};
  return words[n];
}

/// What a clause's predicate ends in.
struct Ending {
  enum Kind { finite, reported, attributive, connective } kind = finite;
  Link link = Link::end;
};

class Speaker {
 public:
  explicit Speaker(const Sentence& sentence) : level_(sentence.level) {
    chain(sentence.chain, Ending::finite);
    if (sentence.full_stop) words.push_back({".", {"."}, ".", Role::stop, nullptr});
  }
  std::vector<KoreanWord> words;

 private:
  void chain(const Chain& chain, Ending::Kind last) {
    for (size_t i = 0; i < chain.clauses.size(); ++i) {
      const bool end = i + 1 == chain.clauses.size();
      clause(chain.clauses[i], end ? Ending{last, Link::end} : Ending{Ending::connective, chain.links[i]});
    }
  }

  void clause(const Clause& c, Ending ending) {
    c.fixed.assign(c.frame ? c.frame->korean.size() : 0, Span{});
    for (const Item& item : c.order) {
      switch (item.kind) {
        case Item::subject: subject(c); break;
        case Item::slot: slot(c, item.name); break;
        case Item::adjunct: adjunct(c, c.adjuncts[item.index]); break;
        case Item::purpose: subordinate(*c.purpose, Connective::purpose); break;
        case Item::meanwhile: subordinate(*c.meanwhile, Connective::meanwhile); break;
        case Item::quoted: chain(*c.quoted, Ending::reported); break;
      }
    }
    predicate(c, ending);
  }

  void subordinate(const Clause& c, Connective form) {
    forced_ = form;
    clause(c, {Ending::connective, Link::end});
  }

  Span push(std::string text, std::vector<std::string> pieces, std::string lemma, Role role,
            const Noun* noun = nullptr) {
    words.push_back({std::move(text), std::move(pieces), std::move(lemma), role, noun});
    const int index = static_cast<int>(words.size()) - 1;
    return {index, index};
  }
  Span plain(const std::string& text, Role role) {
    Span span;
    for (const std::string& word : split_words(text)) {
      const Span one = push(word, cut_adverbial(word), word, role);
      if (span.first < 0) span.first = one.first;
      span.last = one.last;
    }
    return span;
  }

  void add_particle(Particle particle, bool fuse = true) {
    KoreanWord& word = words.back();
    const std::string whole =
        fuse ? attach(word.text, particle) : word.text + std::string(allomorph(particle, word.text));
    const std::string_view form = allomorph(particle, word.text);
    if (word.pieces.size() == 1) word.pieces[0] = whole.substr(0, whole.size() - form.size());
    word.pieces.emplace_back(form);
    word.text = whole;
  }

  void subject(const Clause& c) {
    if (!c.self.empty()) {
      c.self_words =
          push(c.self, {c.self.substr(0, c.self.size() - 3), c.self.substr(c.self.size() - 3)}, c.self, Role::subject);
      return;
    }
    noun_phrase(c.subject, Role::subject);
    const bool elder = c.subject.noun->elder && !c.subject.second;
    if (c.subject.focus == Focus::also || c.subject.focus == Focus::only) {
      if (elder) add_particle(Particle::subject_honored);
      return add_particle(c.subject.focus == Focus::also ? Particle::also : Particle::only);
    }
    if (elder) add_particle(Particle::subject_honored);
    if (c.marker == Particle::topic || !elder) add_particle(c.marker);
  }

  void slot(const Clause& c, char name) {
    const std::vector<KoreanSlot>& korean = c.frame->korean;
    size_t at = 0;
    while (korean[at].slot != name) ++at;
    size_t from = at;
    while (from > 0 && korean[from - 1].slot == 0) --from;
    for (size_t i = from; i < at; ++i) c.fixed[i] = plain(korean[i].fixed, Role::fixed);
    const NounPhrase& np = *c.argument(name);
    const Particle particle = particle_named(korean[at].particle);
    const Role role = particle == Particle::subject               ? Role::subject
                      : particle == Particle::from && name == 'O' ? Role::source
                                                                  : role_of(name);
    noun_phrase(np, role);
    if (np.focus != Focus::none) {
      if (particle != Particle::object && particle != Particle::subject) add_particle(particle);
      return add_particle(np.focus == Focus::also ? Particle::also : Particle::only);
    }
    const bool to_elder = particle == Particle::to && np.noun->elder && !np.second;
    add_particle(to_elder ? Particle::to_honored : particle);
  }

  void noun_phrase(const NounPhrase& np, Role role) {
    if (np.relative) clause(*np.relative, {Ending::attributive, Link::end});
    determiner(np);
    if (np.degree) np.degree_words = plain(np.degree->korean, Role::degree);
    if (np.adjective) {
      const Predicate& p = np.adjective->predicate;
      const std::string text = attributive(p, Tense::present);
      np.adjective_words = push(text, cut_predicate(p, false, false, text), np.adjective->lemma, Role::modifier);
    }
    np.words = {};
    const auto parts = split_words(np.noun->korean);
    for (size_t i = 0; i < parts.size(); ++i) {
      const bool last = i + 1 == parts.size();
      const Span one = push(parts[i], {parts[i]}, parts[i], last ? role : Role::modifier, last ? np.noun : nullptr);
      if (np.words.first < 0) np.words.first = one.first;
      np.words.last = one.last;
    }
    if (np.plural) {
      words.back().text += "들";
      words.back().pieces.push_back("들");
    }
    if (np.count > 0) {
      np.count_words = push(std::string(korean_number(np.count)), {std::string(korean_number(np.count))},
                            std::string(korean_number(np.count)), Role::numeral);
      np.count_words.last = push(np.noun->counter, {np.noun->counter}, np.noun->counter, Role::counter).last;
    }
    if (np.second) {
      add_particle(np.joint);
      noun_phrase(*np.second, role);
    }
  }

  void determiner(const NounPhrase& np) {
    const auto say = [&](const std::string& text) { np.determiner_words = push(text, {text}, text, Role::determiner); };
    switch (np.determiner) {
      case Determiner::none: return;
      case Determiner::this_one: return say("이");
      case Determiner::that: return say("그");
      case Determiner::my: return say(level_ == SpeechLevel::haera || level_ == SpeechLevel::hae ? "내" : "제");
      case Determiner::several: return say("여러");
      case Determiner::many: np.determiner_words = push("많은", {"많", "은"}, "많다", Role::determiner); return;
      case Determiner::another: return say("다른");
      case Determiner::fresh: return say("새");
      case Determiner::own:
        np.determiner_words = push("자신", {"자신"}, "자신", Role::possessor);
        return add_particle(Particle::of);
      case Determiner::owner:
        np.determiner_words = push(np.owner->korean, {np.owner->korean}, np.owner->korean, Role::possessor);
        return add_particle(Particle::of);
    }
  }

  void adjunct(const Clause& c, const Adjunct& a) {
    const int first = static_cast<int>(words.size());
    switch (a.kind) {
      case Circumstance::time:
      case Circumstance::duration: plain(a.time->korean, Role::time); break;
      case Circumstance::clock: clock(a); break;
      case Circumstance::manner:
      case Circumstance::frequency:
      case Circumstance::together: plain(a.adverb->korean, Role::manner); break;
      case Circumstance::place:
        noun_phrase(a.noun, Role::place);
        add_particle(c.frame->has("it") ? Particle::at : Particle::from);  // 서울에 비가 온다
        break;
      case Circumstance::companion: companion(a); break;
      case Circumstance::vehicle:
      case Circumstance::tool:
        noun_phrase(a.noun, Role::means);
        add_particle(Particle::toward);
        break;
      case Circumstance::than:
        noun_phrase(a.noun, Role::than);
        add_particle(Particle::than);
        break;
    }
    a.words = {first, static_cast<int>(words.size()) - 1};
  }

  void companion(const Adjunct& a) {
    noun_phrase(a.noun, Role::companion);
    add_particle(a.style == 2 || a.style == 3 ? Particle::with_spoken : Particle::with);
    if (a.style == 0) plain("함께", Role::companion);
    if (a.style == 1 || a.style == 3) plain("같이", Role::companion);
  }

  void clock(const Adjunct& a) {
    constexpr std::array<std::string_view, 6> periods = {"새벽", "아침", "오전", "오후", "저녁", "밤"};
    const std::string period(periods[a.period]), hour = std::to_string(a.hour);
    push(period, {period}, period, Role::time);
    push(hour + "시", {hour + "시"}, hour + "시", Role::time);
    if (a.half) push("30분", {"30분"}, "30분", Role::time);
    add_particle(Particle::at);
  }

  /// The lemma that honours the subject, where Korean has one.
  static std::string honored_stem(const Clause& c) {
    static const std::map<std::string, std::string> stems = {
        {"먹다", "드시"}, {"마시다", "드시"}, {"자다", "주무시"}, {"말하다", "말씀하시"}};
    if (!c.frame) return "";
    if (c.frame->has("exist")) return "계시";
    const auto found = stems.find(c.frame->lemma);
    return found == stems.end() ? "" : found->second;
  }

  /// What is given to an elder, said to one, asked of one.
  static Predicate humbled(Predicate p) {
    if (p.stem == "말하") return {"말씀드리", Conjugation::regular, p.kind};
    if (p.stem == "묻") return {"여쭈", Conjugation::regular, p.kind};
    if (p.stem.ends_with("주")) p.stem.replace(p.stem.size() - 3, 3, "드리");
    return p;
  }

  Predicate base_of(const Clause& c) const {
    if (c.complement && !c.is_not) return copula(c.complement->korean);
    if (c.complement) return naru::predicate("아니다", "copula");
    return c.humble ? humbled(c.frame->predicate) : c.frame->predicate;
  }

  std::string form(const Predicate& p, const Clause& c, Ending ending) {
    switch (ending.kind) {
      case Ending::finite: return finite(p, c.tense, level_);
      case Ending::reported: return reported(p, c.tense);
      case Ending::attributive: return attributive(p, c.tense);
      case Ending::connective: break;
    }
    const Predicate in_time = c.tense == Tense::past ? past(p) : p;
    switch (ending.link) {
      case Link::also: return connective(p, Connective::also);
      case Link::so_then:
      case Link::because: return connective(p, Connective::so);
      case Link::until: return connective(p, Connective::until_then);
      case Link::background: return connective(in_time, Connective::background);
      case Link::contrast: return connective(in_time, Connective::contrast);
      case Link::condition: return connective(p, Connective::condition);
      case Link::end: return connective(p, forced_);
    }
    return {};
  }
  /// Whether the ending shows the past by -았/었- (the attributive and most connectives do not).
  static bool shows_past(const Clause& c, Ending ending) {
    if (c.tense != Tense::past || ending.kind == Ending::attributive) return false;
    return ending.kind != Ending::connective || ending.link == Link::background || ending.link == Link::contrast;
  }

  void predicate(const Clause& c, Ending ending) {
    for (size_t i = 0; c.frame && i < c.frame->korean.size(); ++i)
      if (c.frame->korean[i].slot == 0 && c.fixed[i].first < 0)
        c.fixed[i] = plain(c.frame->korean[i].fixed, Role::fixed);
    if (c.complement && c.is_not) {
      c.complement_words =
          push(c.complement->korean, {c.complement->korean}, c.complement->korean, Role::complement, c.complement);
      add_particle(Particle::subject, false);
    }
    if (c.degree) c.degree_words = plain(c.degree->korean, Role::degree);
    const int first = static_cast<int>(words.size());
    say_predicate(c, ending);
    const bool word_before = c.negation_words.first == first;  // 안, 못
    c.predicate = {first + (word_before ? 1 : 0), static_cast<int>(words.size()) - 1};
    if (c.complement && !c.is_not) c.complement_words = {first, first};
  }
  /// The verb with what denies it, what goes on, and its ending: 안 갔다, 가지 않았다, 가고 있다.
  void say_predicate(const Clause& c, Ending ending) {
    const std::string lemma = c.frame ? c.frame->lemma : c.is_not ? "아니다" : c.complement->korean;
    const std::string special = c.honored ? honored_stem(c) : "";
    Predicate p = base_of(c);
    if (!special.empty()) p = {special, Conjugation::honored, PredicateKind::verb};
    c.negation_words = {};
    const auto verb = [&](const std::string& text) {
      push(text, cut_predicate(p, false, false, text), lemma, Role::verb);
    };
    switch (c.polarity) {
      case Polarity::affirmative: break;
      case Polarity::not_short: c.negation_words = push("안", {"안"}, "안", Role::negation); break;
      case Polarity::cannot_short: c.negation_words = push("못", {"못"}, "못", Role::negation); break;
      case Polarity::not_long: verb(ji(p)); return finish(negative(p), c.honored, c, ending, "않다", Role::auxiliary);
      case Polarity::cannot_long:
        verb(ji(p));
        return finish(incapable(p), c.honored, c, ending, "못하다", Role::auxiliary);
    }
    if (c.aspect == Aspect::simple) return finish(p, c.honored && special.empty(), c, ending, lemma, Role::verb);
    verb(c.aspect == Aspect::progressive ? connective(p, Connective::also) : infinitive(p));
    if (c.honored)
      return finish({"계시", Conjugation::honored, PredicateKind::verb}, false, c, ending, "계시다", Role::auxiliary);
    finish({"있", Conjugation::regular, PredicateKind::existence}, false, c, ending, "있다", Role::auxiliary);
  }

  /// The last word (two in the future); `honored` adds -(으)시-.
  void finish(const Predicate& base, bool honored, const Clause& c, Ending ending, const std::string& lemma,
              Role role) {
    const auto parts = split_words(form(honored ? honorific(base) : base, c, ending));
    if (c.complement && !c.is_not) {
      push(parts[0], cut_copula(c.complement->korean, honored, parts[0]), lemma, Role::complement, c.complement);
    } else {
      push(parts[0], cut_predicate(base, honored, shows_past(c, ending), parts[0]), lemma, role);
    }
    if (parts.size() > 1) push(parts[1], cut_thing(parts[1]), "것", Role::auxiliary);
  }

  SpeechLevel level_;
  Connective forced_ = Connective::purpose;
};
}  // namespace

std::vector<KoreanWord> speak_korean(const Sentence& sentence) { return Speaker(sentence).words; }

}  // namespace naru::grammar
