// The lecture's 17 sentences (mission/transformer-vs-seq2seq.ko.md), with alignments made by hand.
#pragma once

#include <string_view>
#include <vector>

#include "naru/data/phrases/phrases.h"

namespace naru::grammar {

std::vector<Phrase> lecture_phrases();
/// Whether a sentence without its full stop is one of the 17.
bool is_lecture_sentence(std::string_view korean);

}  // namespace naru::grammar
