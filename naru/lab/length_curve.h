// Quality against the length of the source: Bahdanau et al. 2014, figure 2.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "naru/lab/laboratory.h"
#include "naru/lab/verdict.h"

namespace naru {

/// Of Korean words, both of trained lengths: what bleu_fall compares.
inline constexpr int64_t longest_short_source = 8, shortest_long_source = 13;

struct SourceOfLength {
  std::string source, reference;
  int64_t words = 0;
};
/// Held-out sentences, so many of each bucket of lengths, those beyond all training sentences too.
std::vector<SourceOfLength> sources_by_length(const Laboratory& laboratory);

/// Translated by one model: BLEU and the share without a mistake of each bucket, by its first length, and each
/// sentence's own BLEU.
struct LengthResult {
  std::map<int64_t, double> bleu, exact;
  std::vector<double> sentence_bleu;
};
LengthResult measure_lengths(const ModelFolder& folder, const Laboratory& laboratory,
                             const std::vector<SourceOfLength>& sources);

/// Mean BLEU of short sources minus that of long ones.
Interval bleu_fall(const std::vector<SourceOfLength>& sources, const LengthResult& result);

}  // namespace naru
