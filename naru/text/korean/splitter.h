// Cuts Korean words into stem, particles and endings by rule: 학교에서는 = 학교|에서|는, 먹었다 = 먹|었|다.
// Cuts fall between syllables only, so the pieces joined are the word: a fused syllable stays with what came first
// (간다 = 간|다, 갔어요 = 갔|어요). The honorific and the copula are pieces of their own (가|셨|다, 학생|이|다).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace naru {

/// The pieces of one word without spaces or punctuation; joined they are the word. At least one piece.
std::vector<std::string> split_word(std::string_view word);

/// The tokenization `naru-ko-1`: words at white space, punctuation apart, each Korean word cut by `split_word`.
/// Frozen: scores carry its name, so a change of its output needs a new number.
std::vector<std::string> korean_tokenize(std::string_view line);

}  // namespace naru
