// English morphology for the phrase grammar: verb forms, plurals, comparison, articles.
#pragma once

#include <string>
#include <string_view>

namespace naru::grammar {

enum class VerbForm { base, third, past, participle, gerund };  // go, goes, went, gone, going

/// A form of a verb given by its base; irregular verbs are listed, the rest follows spelling. "be" is not among them.
std::string inflect(std::string_view base, VerbForm form);
std::string plural(std::string_view noun);
/// "taller", "more famous"; `degree` is "er" or "est".
std::string compare(std::string_view adjective, std::string_view degree);
/// Whether the word that follows asks for "an".
bool begins_with_vowel_sound(std::string_view word);
/// 1 → "one" … 10 → "ten".
std::string_view number_word(int n);

}  // namespace naru::grammar
