// How BLEU cuts a sentence into tokens. The names and the results are sacreBLEU's.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace naru {

/// A way to cut a sentence into tokens, and its name in signatures (`tok:name`). A tokenization from outside is given
/// the same way: `{"naru-ko-1", my_function}`. The function is called from several threads at once.
struct Tokenization {
  std::string name;
  std::function<std::vector<std::string>(std::string_view sentence)> tokens;
};

/// The built-in ones: `13a` (mteval-v13a: WMT's default), `intl` (mteval-v14's international: splits at every Unicode
/// punctuation and symbol), `char` (every character), `none` (at white space only). Error: lists these names.
Tokenization tokenization(std::string_view name);

// The steps of mteval-v13a that TER's normalisation shares.

/// Spaces around ASCII punctuation, but for apostrophe, comma, hyphen and period.
std::string space_punctuation(std::string_view sentence);
/// Spaces around periods and commas but not between digits, and around a hyphen after a digit.
std::string space_around_numbers(std::string_view sentence);

/// The four XML entities that mteval and Tercom restore: &quot; &amp; &lt; &gt;, in this order.
std::string restore_entities(std::string sentence);

}  // namespace naru
