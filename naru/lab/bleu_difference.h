// Whether one translation of a test set is better than another: BLEU's difference with its interval.
#pragma once

#include <string>
#include <vector>

#include "naru/data/pairs.h"
#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/translator.h"
#include "naru/lab/verdict.h"
#include "naru/metrics/metric.h"

namespace naru {

/// BLEU of `system` minus BLEU of `other`, statistics of the same sentences, which are what is repeated: 95 % of 1,000
/// paired resamples (Koehn 2004).
Interval bleu_difference(const Statistics& system, const Statistics& other);

/// The best translations of the lines, and their BLEU statistics against the references.
struct Translated {
  std::vector<std::string> lines;
  Statistics statistics;

  double bleu() const { return statistics.corpus().value; }
};
Translated translated(const Translator& translator, const std::vector<Pair>& pairs, int64_t beam);

/// Korean and English of phrases.
std::vector<Pair> pairs_of(const std::vector<Phrase>& phrases);

}  // namespace naru
