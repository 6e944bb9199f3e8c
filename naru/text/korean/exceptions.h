// Words whose last syllables look like a particle or an ending and are none: 사랑, 냉장고, 고양이, 돌아가.
#pragma once

#include <string_view>

namespace naru {

/// Nouns that end like a particle or an ending; what follows them is split off as usual (고양이|가).
bool is_opaque_noun(std::u32string_view word);
/// Words that are never cut when they stand alone: adverbs, determiners, bare verb forms (거의, 많이, 돌아가).
bool is_whole_word(std::u32string_view word);
/// Verb stems that end in 시 of their own: 마시-, 계시-.
bool is_stem_in_si(std::u32string_view stem);

}  // namespace naru
