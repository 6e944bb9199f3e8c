// The frames sorted by use, so that a draw is an index and not a search.
#include <algorithm>

#include "naru/base/error.h"
#include "naru/data/phrases/grow.h"

namespace naru::grammar {

std::string english_key(const Frame& frame) {
  std::string key = frame.negated ? "not " : frame.there ? "there " : "";
  for (size_t i = 0; i < frame.english.size(); ++i) {
    const EnglishSlot& e = frame.english[i];
    key += (i ? " " : "") + (e.possessive ? "S'" : e.slot ? std::string(1, e.slot) : e.text);
  }
  return key;
}

Shelves::Shelves() {
  const Lexicon& lex = lexicon();
  object_gap.resize(lex.nouns.size());
  place_gap.resize(lex.nouns.size());
  adjectives.resize(lex.nouns.size());
  for (const Frame& f : lex.frames) {
    by_english_[english_key(f)].push_back(&f);
    if (f.adjective) {
      qualities.push_back(&f);
      continue;
    }
    if (f.has("quote")) {
      quotes.push_back(&f);
      continue;
    }
    if (f.has("it")) {
      weather.push_back(&f);
      continue;
    }
    if (f.has("lecture")) {
      lecture.push_back(&f);
      continue;
    }
    verbal.push_back(&f);
    if (f.has("feel") && !f.has("trait")) feelings.push_back(&f);
    if (f.has("trait")) traits.push_back(&f);
    if (f.has("comp")) comparable.push_back(&f);
    if (f.has("day")) day.push_back(&f);
    if (f.has("go") && !f.places.empty()) purposes.push_back(&f);
    if (std::any_of(f.tags.begin(), f.tags.end(), [](auto& t) { return t.starts_with("bg"); }))
      background.push_back(&f);
    const bool people = f.slot('S') && f.slots.at('S').takes(*lex.he);
    if (people && (f.has("day") || f.has("habit")) && !f.has("acquire") && !f.has("own")) subject_gap.push_back(&f);
    if (people && f.has("day"))
      for (const Noun* n : f.places.nouns) place_gap[n->id].push_back(&f);
    const char object = f.slot('O') ? 'O' : 'I';
    const bool lasting = f.has("state") && !f.has("habit");
    const bool transitive =
        f.slot(object) && !lasting && people && !f.has("norel") && !f.has("own") && !f.has("thereis");
    if (!transitive) continue;
    for (const Noun* n : f.slots.at(object).nouns) object_gap[n->id].push_back(&f);
  }
  for (const Adjective& a : lex.adjectives)
    for (const Noun* n : a.before.nouns) adjectives[n->id].push_back(&a);
  names = lex.choice("name");
  vehicles = lex.choice("public|cycle|drive|flying");
  pens = lex.choice("pen");
  crayons = lex.choice("crayon");
  cutters = lex.choice("cutter");
  companions = lex.choice("name|mate|kin");
  jobs = lex.choice("job");
  cities = lex.choice("city");
}

const std::vector<const Frame*>& Shelves::named(std::string_view english) const {
  const auto found = by_english_.find(english);
  NARU_CHECK(found != by_english_.end(), "phrases: no frame says '{}'", english);
  return found->second;
}

const Shelves& shelves() {
  static const Shelves instance;
  return instance;
}

}  // namespace naru::grammar
