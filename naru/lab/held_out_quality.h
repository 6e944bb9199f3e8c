// How well a model translates sentences that it was not trained on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/model_folder.h"
#include "naru/metrics/metric.h"

namespace naru {

/// The Korean of each, translated by a greedy search.
Lines translate_all(const ModelFolder& folder, const std::vector<Phrase>& sentences);
/// How many of them are the English that stands beside the Korean, to the letter.
int64_t count_exact(const Lines& translations, const std::vector<Phrase>& sentences);
/// Their counts for BLEU.
Statistics bleu_statistics(const Lines& translations, const std::vector<Phrase>& sentences);

/// Words between spaces.
int64_t word_count(const Phrase& phrase);
/// So many sentences that no model was trained on, with lengths as near to `words` as there are.
std::vector<Phrase> sentences_near(int64_t words, int64_t count, uint64_t seed);

}  // namespace naru
