// Greedy search, beam search and sampling over the one `Decoder`. A sentence's result never depends on the other
// sentences of the batch: all decisions are made per sentence, and ties go to the lower id.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "naru/base/fields.h"
#include "naru/generate/sampling.h"
#include "naru/models/decoder.h"

namespace naru {

struct SearchOptions {
  int64_t beam = 4;   // 1 = greedy
  int64_t nbest = 1;  // hypotheses wanted per sentence: at most `beam`, or drawn
  double length_penalty = 0.6;
  std::string length_rule = "gnmt";
  bool stop_early = false;
  int64_t min_length = 0;
  int64_t max_length = 0;
  int64_t no_repeat_ngram = 0;
  double repetition_penalty = 1;
  SamplingOptions sampling = {};
  int64_t batch_tokens = 2048;

  void fields(auto&& field) {
    field("beam", beam, "hypotheses kept at each step; 1 = greedy", between(1, 1000));
    field("length-penalty", length_penalty, "larger favours longer translations; 0 = plain log-probability");
    field("length-rule", length_rule,
          "score = log-probability / ((5 + n) / 6)^penalty (Wu et al. 2016), or / n^penalty",
          one_of({"gnmt", "power"}));
    field("stop-early", stop_early, "stop a sentence as soon as `beam` hypotheses are complete");
    field("min-length", min_length, "fewest tokens of a translation, end of sentence included", at_least(0));
    field("max-length", max_length, "most tokens of a translation, end of sentence included; 0 = 3 × source + 10",
          at_least(0));
    field("no-repeat-ngram", no_repeat_ngram,
          "no translation has the same pieces so many in a row a second time; 0 = it may", at_least(0));
    field("repetition-penalty", repetition_penalty,
          "the log-probability of a piece that is there already counts so many times", at_least(1));
    sampling.fields(field);
    field("batch-tokens", batch_tokens, "source tokens translated together", at_least(1));
  }
  /// Most tokens of the translation of so many.
  int64_t longest(int64_t source) const { return max_length > 0 ? max_length : 3 * source + 10; }
};

/// What the search must know of a model's vocabulary.
struct SearchVocabulary {
  int32_t start = 0, end = 0;
  std::vector<int32_t> forbidden;  // never written, e.g. padding
  bool force_end = false;          // the last token of a translation cut at its maximum length is `end`
  bool suppress_end = false;       // never ends before its maximum length (benchmarks)
};

struct Hypothesis {
  std::vector<int32_t> ids;    // without start; ends with `end` unless it was cut
  double log_probability = 0;  // sum over ids
  double score = 0;            // with the penalty of repetitions, after the length rule
};

/// Error: options that do not go together.
void check(const SearchOptions& options);

/// What each translation is held to; either is empty, or has one list per sequence.
struct SearchBounds {
  std::vector<std::vector<int32_t>> prefixes;    // ids that it must begin with
  std::vector<std::vector<int32_t>> candidates;  // ids that it may go on with, rising, `end` among them
};

/// One of the models that write together: the mean of their probabilities counts. Its own ids of the sources.
struct EnsembleMember {
  const Decoder& decoder;
  Ragged source;
};

/// Translates every sequence of the sources. At most `batch_tokens` source tokens are at work at a time: as sentences
/// end, the next ones enter; sequences of similar length should stand together. Result: for each sequence its
/// hypotheses, best first. Log-probabilities are normalised over a sequence's candidates; where they leave fewer than 2
/// · beam ways on, all are followed. Lengths are those of the first member's sources. Error: candidates where ids are
/// drawn, or where several write.
std::vector<std::vector<Hypothesis>> search(std::span<const EnsembleMember> ensemble,
                                            const SearchVocabulary& vocabulary, const SearchOptions& options,
                                            const SearchBounds& bounds = {});
/// Of one model alone.
std::vector<std::vector<Hypothesis>> search(const Decoder& decoder, const Ragged& source,
                                            const SearchVocabulary& vocabulary, const SearchOptions& options,
                                            const SearchBounds& bounds = {});

}  // namespace naru
