// The gold segmentation: where a generated word is cut into stem, particles and endings. The rule is that of
// naru/text/korean/splitter.h, but decided by how the word was made, not by how it looks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "naru/text/korean/verb.h"

namespace naru::grammar {

using Pieces = std::vector<std::string>;

/// Words at single spaces.
std::vector<std::string> split_words(std::string_view text);
/// A form of `base`: `honored` when -(으)시- was added to it, `past` when -았/었- was.
Pieces cut_predicate(const Predicate& base, bool honored, bool past, std::string_view form);
/// noun + 이다 in some form.
Pieces cut_copula(std::string_view noun, bool honored, std::string_view form);
/// 것이다, 거야, 거예요, 것입니다, 거라고
Pieces cut_thing(std::string_view form);
/// Adverbs and fixed words of frames: 아침에, 늦게, 이야기를.
Pieces cut_adverbial(std::string_view word);

}  // namespace naru::grammar
