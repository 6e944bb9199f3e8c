// `naru phrases --lexicon`: every lemma once, with its forms.
#include <set>

#include "naru/data/phrases/lexicon.h"
#include "naru/data/phrases/phrases.h"

namespace naru {
namespace {
using namespace grammar;

/// The six forms of a reference table of conjugations.
std::string forms(const Predicate& p) {
  std::string result;
  for (const std::string& form :
       {finite(p, Tense::present, SpeechLevel::haera), finite(p, Tense::present, SpeechLevel::hae),
        finite(p, Tense::past, SpeechLevel::haeyo), finite(p, Tense::present, SpeechLevel::hapsyo),
        attributive(p, Tense::present), connective(p, Connective::condition)})
    result += '\t' + form;
  return result;
}

std::string_view article_name(Article article) {
  constexpr std::string_view names[] = {"name",   "kin",  "acquaintance", "countable", "definite", "mass",
                                        "plural", "meal", "bare",         "home",      "pronoun"};
  return names[static_cast<int>(article)];
}
}  // namespace

std::string phrase_lexicon(bool lecture_senses) {
  const Lexicon& lex = lexicon();
  std::string table =
      "lemma\tclass\tenglish\thaera_present\thae\thaeyo_past\thapsyo_present\tattributive_present\tconditional\n";
  const std::string no_forms(6, '\t');
  std::set<std::string> seen;
  const auto add = [&](const std::string& lemma, std::string_view kind, const std::string& english,
                       const std::string& rest) {
    if (seen.insert(lemma + '\t' + english).second)
      table += lemma + '\t' + std::string(kind) + '\t' + english + rest + '\n';
  };
  for (const Frame& f : lex.frames)
    add(f.lemma, f.class_name, f.adjective ? f.adjective->english : f.verb, forms(f.predicate));
  for (const Adjective& a : lex.adjectives) add(a.lemma, a.class_name, a.english, forms(a.predicate));
  for (const Noun& n : lex.nouns)
    if (!n.lecture || lecture_senses) add(n.korean, article_name(n.article), n.english, no_forms);
  for (const Adverb& a : lex.adverbs) add(a.korean, "adverb", a.english, no_forms);
  for (const TimeWord& t : lex.times) add(t.korean, "time", t.english, no_forms);
  for (const TimeWord& t : lex.durations) add(t.korean, "duration", t.english, no_forms);
  return table;
}

}  // namespace naru
