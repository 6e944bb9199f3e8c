#pragma once

#include <span>
#include <utility>
#include <vector>

#include "naru/models/decoder.h"

namespace naru {

/// For each query of a sentence the attention over its source, summed over heads and over the layers of the upper half
/// of the decoder: the lower ones look around more than at what they translate. Empty where the model has none.
std::vector<std::vector<double>> source_attention(const Trace& trace, size_t sentence);

/// Word alignment by attention: each target piece is linked to the source piece that it looks at most, and words to the
/// words of their pieces' links. `looks`: a row for each target piece, [source pieces, …]; columns behind the last
/// piece (the end of sentence) and pieces without a word (-1) do not count. Source word, target word; in order, each
/// once.
std::vector<std::pair<int32_t, int32_t>> word_links(std::vector<std::vector<double>> looks,
                                                    std::span<const int32_t> source_words,
                                                    std::span<const int32_t> target_words);

}  // namespace naru
