#include "naru/data/phrases/tree.h"

namespace naru::grammar {

Referent NounPhrase::referent() const {
  if (second) return {nullptr, 3, true, Gender::none};
  return {noun, noun->person, noun->many || plural || count > 1 || noun->article == Article::plural, noun->gender};
}

const NounPhrase* Clause::argument(char name) const {
  for (const auto& [slot, np] : arguments)
    if (slot == name) return &np;
  return nullptr;
}

std::string_view name(Role role) {
  constexpr std::string_view names[] = {"subject",    "object",    "recipient", "goal",    "source",     "place",
                                        "companion",  "means",     "time",      "manner",  "degree",     "modifier",
                                        "determiner", "possessor", "numeral",   "counter", "complement", "verb",
                                        "auxiliary",  "negation",  "fixed",     "than",    "stop"};
  return names[static_cast<int>(role)];
}

}  // namespace naru::grammar
