// A model's attention as a word alignment, against the embedded corpus's gold one.
#pragma once

#include <string>
#include <vector>

#include "naru/evaluate/translator.h"
#include "naru/lab/alignment_error.h"

namespace naru {

/// What one source of links is called ("decoder.3.cross, head 1"; "all" = what `naru translate --alignments` reads),
/// and its counts.
struct AlignedBy {
  std::string layer;
  int64_t head = 0;
  AlignmentCounts counts;
};

/// Which word of its text each piece belongs to.
std::vector<int32_t> words_of_pieces(const Tokenizer& tokenizer, const std::string& text);

/// Follows the reference translation: adds the links by all attention over the source (first of the list) and those by
/// each head alone. Does nothing for a model without attention.
void add_alignments(std::vector<AlignedBy>& all, const ModelFolder& folder, const Trace& trace, const Phrase& phrase);

}  // namespace naru
