// What every metric has: a row of counts for each sentence, and a score from the sum of any rows. The corpus score, a
// sentence's score, a length bucket and a bootstrap resample differ only in which rows are summed.
// Read next: bleu.h, chrf.h, ter.h (the metrics), bootstrap.h (how sure a score is).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace naru {

/// A number that stands beside a score: precisions, lengths, edits.
struct ScorePart {
  std::string name;
  std::vector<double> values;
};

/// One number for some sentences, and how it was made.
struct Score {
  std::string name;       ///< "bleu", "chrf", "ter": the key in JSON and in histories
  std::string label;      ///< "BLEU", "chrF2++", "TER": what sacreBLEU prints
  double value = 0;       ///< 0 … 100 (TER may pass 100)
  std::string signature;  ///< sacreBLEU's, but for the version
  std::vector<ScorePart> parts;

  /// The values of a part. It must be there.
  const std::vector<double>& part(std::string_view name) const;
};

/// A metric with its options chosen. Build one with `bleu`, `chrf`, `ter`.
struct Metric {
  std::string name;
  std::string label;
  std::string fields;  ///< its part of the signature: "case:mixed|eff:no|…"
  /// The counts of one sentence, always equally many. Called from several threads at once.
  std::function<std::vector<double>(const std::string& hypothesis, std::span<const std::string> references)> count;
  /// Value and parts from summed counts.
  std::function<Score(std::span<const double> sums)> score;
};

/// How a score was resampled; stands in the signature.
struct BootstrapOptions {
  int samples = 1000;
  uint64_t seed = 12345;
};

using Lines = std::vector<std::string>;

/// The counts of every sentence of a corpus: all that is needed to score any part of it, any number of times.
class Statistics {
 public:
  /// `references` holds one or more whole reference corpora. Error: none, no line, or differing line counts.
  Statistics(Metric metric, const Lines& hypotheses, const std::vector<Lines>& references);

  int64_t size() const { return sentences_; }
  /// The score of all sentences together.
  Score corpus() const;
  /// The score of these sentences together (a length bucket; with repeats, a resample).
  Score of(std::span<const int64_t> sentences) const;
  /// The score of one sentence alone. For BLEU choose `effective_order`.
  Score sentence(int64_t index) const { return of({&index, 1}); }
  /// nrefs:…|the metric's fields|version:naru-…
  std::string signature(const std::optional<BootstrapOptions>& bootstrap = {}) const;
  /// The value alone, for scores by the thousand.
  double value_of(std::span<const int64_t> sentences) const;

 private:
  std::vector<double> sum(std::span<const int64_t> sentences) const;
  Score finished(std::span<const double> sums) const;

  Metric metric_;
  int64_t sentences_ = 0, columns_ = 0;
  size_t references_ = 0;
  std::vector<double> counts_;  // [sentences, columns]
};

/// The corpus score in one call: `score_corpus(bleu(), lines, {reference})`.
Score score_corpus(const Metric& metric, const Lines& hypotheses, const std::vector<Lines>& references);

}  // namespace naru
