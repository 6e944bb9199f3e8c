// The speech level (상대 높임법) of a Korean sentence, read from the ending of its last word, and the names by which a
// user asks for one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "naru/text/korean/verb.h"

namespace naru {

/// What the command line calls them, in the order of SpeechLevel: plain 해라체, intimate 해체, polite 해요체,
/// formal 합쇼체.
const std::vector<std::string>& formality_names();
std::string_view formality_name(SpeechLevel level);
/// Error: lists them.
SpeechLevel speech_level(std::string_view formality);

/// The level of the text's last sentence: of statements, questions, imperatives and propositives, quotes around it and
/// brackets after it left aside (그는 "갔어요"라고 했다. is plain). Nothing where it ends without a predicate (nouns,
/// 함, 하기), with a connective (하고), in 하오체 or 하게체, or where no Korean stands at its end.
std::optional<SpeechLevel> speech_level_of(std::string_view text);
/// The share of the texts that end in this level, of all texts.
double share_of_level(std::span<const std::string> texts, SpeechLevel level);

}  // namespace naru
