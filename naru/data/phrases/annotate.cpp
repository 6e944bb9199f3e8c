#include "naru/data/phrases/annotate.h"

#include <algorithm>

namespace naru::grammar {
namespace {

/// Walks the spoken tree and collects combinations and homonyms.
class Observer {
 public:
  Observer(const Sentence& sentence, const std::vector<KoreanWord>& words, Phrase& phrase)
      : words_(words), phrase_(phrase) {
    chain(sentence.chain, "");
    std::sort(phrase_.combinations.begin(), phrase_.combinations.end());
    phrase_.combinations.erase(std::unique(phrase_.combinations.begin(), phrase_.combinations.end()),
                               phrase_.combinations.end());
    std::sort(phrase_.homonyms.begin(), phrase_.homonyms.end(), [](auto& a, auto& b) { return a.word < b.word; });
  }

 private:
  void combine(const std::string& lemma, std::string_view pattern) {
    phrase_.combinations.push_back(lemma + ' ' + std::string(pattern));
  }

  void chain(const Chain& chain, std::string_view pattern) {
    for (size_t i = 0; i < chain.clauses.size(); ++i) {
      const Clause& c = chain.clauses[i];
      clause(c, pattern);
      if (!c.frame) continue;
      switch (chain.links[i]) {
        case Link::until: combine(c.frame->lemma, "until"); break;
        case Link::condition: combine(c.frame->lemma, "condition"); break;
        case Link::because: combine(c.frame->lemma, "because"); break;
        default: break;
      }
    }
  }

  void clause(const Clause& c, std::string_view pattern) {
    if (c.frame) {
      if (!pattern.empty()) combine(c.frame->lemma, pattern);
      if (c.aspect == Aspect::progressive) combine(c.frame->lemma, "progressive");
      if (c.polarity == Polarity::cannot_short || c.polarity == Polarity::cannot_long)
        combine(c.frame->lemma, "cannot");
      fixed_homonyms(c);
    }
    if (c.overt && c.self.empty()) noun_phrase(c.subject, c);
    for (const auto& [name, np] : c.arguments) noun_phrase(np, c);
    for (const Adjunct& a : c.adjuncts) {
      if (a.noun.noun) noun_phrase(a.noun, c);
      if (a.kind == Circumstance::clock && a.period == 5) add(a.words.first, "night", a.words.first + 1);
      if (a.kind == Circumstance::time && a.time->korean == "밤에") add(a.words.first, "night", c.predicate.first);
    }
    if (c.purpose) clause(*c.purpose, "purpose");
    if (c.meanwhile) clause(*c.meanwhile, "meanwhile");
    if (c.quoted) chain(*c.quoted, "reported");
  }

  void noun_phrase(const NounPhrase& np, const Clause& c) {
    const Noun& n = *np.noun;
    if (np.relative) {
      combine(n.korean, "related");
      clause(*np.relative, "relative");
    }
    if (np.adjective) combine(n.korean, "described");
    if (np.count > 0) combine(n.korean, "counted");
    if (!n.namesakes.empty() || n.english == "bank" || n.lecture) add(np.words.last, sense(n), cue(np, c));
    if (np.second) noun_phrase(*np.second, c);
  }

  static std::string sense(const Noun& n) {
    if (n.korean == "강둑" || n.lecture) return "river bank";
    return n.english;
  }

  /// The adjective that only this sense can have, the purpose of going there, or the verb.
  static int cue(const NounPhrase& np, const Clause& c) {
    const auto excluded = [&](const Noun* other) { return np.adjective && np.adjective->before.takes(*other); };
    if (np.noun->lecture) return np.words.first;
    if (np.adjective && std::none_of(np.noun->namesakes.begin(), np.noun->namesakes.end(), excluded))
      return np.adjective_words.first;
    if (c.purpose) return c.purpose->predicate.first;
    return c.predicate.first;
  }

  /// 배가 고프다, 눈이 오다: the frame itself decides.
  void fixed_homonyms(const Clause& c) {
    for (size_t i = 0; i < c.frame->korean.size(); ++i) {
      const std::string& text = c.frame->korean[i].fixed;
      if (c.fixed[i].first < 0) continue;
      const bool snow = c.frame->verb == "snow";
      if (text == "눈이" || text == "눈을") add(c.fixed[i].first, snow ? "snow" : "eyes", c.predicate.first);
      if (text == "배가") add(c.fixed[i].first, "stomach", c.predicate.first);
      if (text == "다리가") add(c.fixed[i].first, "legs", c.predicate.first);
      if (text == "밤을") add(c.fixed[i].first, "night", c.predicate.first);
      if (text == "말을") add(c.fixed[i].first, "words", c.predicate.first);
    }
  }

  void add(int word, std::string sense, int cue) { phrase_.homonyms.push_back({word, cue, std::move(sense)}); }

  const std::vector<KoreanWord>& words_;
  Phrase& phrase_;
};

std::string joined(const auto& words) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty() && word.text != ".") text += ' ';
    text += word.text;
  }
  return text;
}

/// The main clause is the last; its subject is said there or at the head of the chain.
void main_clause(const Sentence& sentence, Phrase& phrase) {
  const auto& clauses = sentence.chain.clauses;
  phrase.verb = clauses.back().predicate.last;
  for (auto c = clauses.rbegin(); c != clauses.rend(); ++c) {
    if (!c->overt) continue;
    phrase.subject = c->subject.words.last;
    return;
  }
}
}  // namespace

Phrase annotated(const Sentence& sentence) {
  const std::vector<KoreanWord> korean = speak_korean(sentence);
  const std::vector<EnglishWord> english = speak_english(sentence);
  Phrase phrase;
  phrase.korean = joined(korean);
  phrase.english = joined(english);
  for (size_t e = 0; e < english.size(); ++e)
    for (const int k : english[e].from) phrase.alignment.push_back({k, static_cast<int>(e), english[e].sure});
  std::sort(phrase.alignment.begin(), phrase.alignment.end(),
            [](auto& a, auto& b) { return std::pair(a.source, a.target) < std::pair(b.source, b.target); });
  const auto same = [](auto& a, auto& b) { return a.source == b.source && a.target == b.target; };
  phrase.alignment.erase(std::unique(phrase.alignment.begin(), phrase.alignment.end(), same), phrase.alignment.end());
  for (const KoreanWord& word : korean)
    phrase.words.push_back({word.text, word.lemma, std::string(name(word.role)), word.pieces});
  constexpr std::string_view levels[] = {"haera", "hae", "haeyo", "hapsyo"};
  phrase.level = levels[static_cast<int>(sentence.level)];
  Observer(sentence, korean, phrase);
  main_clause(sentence, phrase);
  return phrase;
}

}  // namespace naru::grammar
