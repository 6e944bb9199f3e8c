// How well a model translates sentences that it was not trained on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/data/pairs.h"
#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/translator.h"
#include "naru/lab/verdict.h"
#include "naru/metrics/metric.h"

namespace naru {

/// Korean and English of phrases.
std::vector<Pair> pairs_of(const std::vector<Phrase>& phrases);
/// How many of the translations are the English that stands beside the Korean, to the letter.
int64_t count_exact(const Lines& translations, const std::vector<Phrase>& sentences);
/// Their counts for BLEU.
Statistics bleu_statistics(const Lines& translations, const std::vector<Pair>& pairs);

/// The best translations of the sources, and their BLEU statistics against the targets.
struct Translated {
  Lines lines;
  Statistics statistics;

  double bleu() const { return statistics.corpus().value; }
};
Translated translated(const Translator& translator, const std::vector<Pair>& pairs, int64_t beam);

/// BLEU of `system` minus BLEU of `other`, statistics of the same sentences, which are what is repeated: 95 % of 1,000
/// paired resamples (Koehn 2004).
Interval bleu_difference(const Statistics& system, const Statistics& other);

/// Words between spaces.
int64_t word_count(const Phrase& phrase);
/// So many sentences that no model was trained on, with lengths as near to `words` as there are.
std::vector<Phrase> sentences_near(int64_t words, int64_t count, uint64_t seed);

}  // namespace naru
