// Two models that differ in one setting, trained for the same steps from the same seeds: what the setting is worth.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "naru/data/pairs.h"
#include "naru/lab/laboratory.h"
#include "naru/lab/verdict.h"

namespace naru {

/// What is trained, with and without.
struct ModelPair {
  std::string name, preset;   // of folders and of a contender
  std::string with, without;  // "reverse_source=true", "reverse_source=false"
  int64_t steps = 0;
  std::filesystem::path corpus = {};  // empty: the embedded one
};

/// One of the two models on the held-out pairs, by the mean over seeds.
struct PairSide {
  double perplexity = 0, bleu = 0;
};
struct PairFindings {
  PairSide with, without;
  /// With minus without: ln perplexity of a target piece, and BLEU. Of one seed the sentences are repeated, of several
  /// the seeds.
  Interval log_perplexity, bleu;
};

PairFindings compare(Laboratory& laboratory, const ModelPair& pair, const std::vector<Pair>& held_out);

/// The reversal of the source (Sutskever et al. 2014, §3.3): the LSTM without attention, with and without it. Trained
/// once for all experiments that ask.
ModelPair source_reversal(const Laboratory& laboratory);

/// Rows "with" and "without" of a table: name, perplexity, BLEU.
std::vector<std::vector<Json>> rows_of(const PairFindings& findings, const Bilingual& with, const Bilingual& without);

}  // namespace naru
