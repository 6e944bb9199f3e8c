// What the annotations say of a sentence beyond its words.
#pragma once

#include "naru/data/phrases/phrases.h"
#include "naru/data/phrases/tree.h"

namespace naru::grammar {

/// The sentence in both languages with alignment, roles, homonyms and combinations.
Phrase annotated(const Sentence& sentence);

}  // namespace naru::grammar
