// How much a smaller model loses, and how sure that is. A promise is about sentences that nobody has measured yet: the
// drop on a test set as large as the development set strays from the one measured by chance, once for each set.
//   bound = drop + z · √2 · √(σ² + σ₀²),  z = 2.326 (99 %)
// Where several smaller models are judged on the same sentences, one may keep the promise by luck. They are judged in
// sequences, each from the safest on and up to the first that breaks the promise: then the first bad one decides, and
// one that is accepted wrongly is no more probable than with a single candidate (fixed-sequence testing; Maurer et al.
// 1995, Angelopoulos et al. 2021). Several sequences share the 1 %: z = 2.576 for two, 2.713 for three.
// σ: deviation of the drop over paired bootstrap resamples of the sentences (Koehn 2004). σ₀ = score / (4 · sentences):
// as if one more translation changed, by a quarter of what it is worth; where hardly one changed σ alone says too
// little.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "naru/base/fields.h"
#include "naru/data/batch.h"
#include "naru/evaluate/evaluation.h"

namespace naru {

/// What is promised, and on what it is measured.
struct PromiseOptions {
  std::string max_drop;  // in points of the metric; empty: nothing is promised
  std::string metric = "bleu", tokenize = "13a";
  std::vector<std::string> dev;
  bool swap = false;
  int64_t beam = 4;

  bool promised() const { return !max_drop.empty(); }
  /// `max_drop` as a number. Error: it is none, or not in [0, 100].
  double most() const {
    double points = 0;
    Field{"max-drop", &points, "", between(0, 100)}.set(max_drop);
    return points;
  }
  void fields(auto&& field) {
    field("max-drop", max_drop,
          "promise to lose at most so many points of the metric, also on sentences not in --dev: layers that need it "
          "keep more bits",
          Check{.choices = {}, .value = "POINTS"});
    field("metric", metric, "what is promised", one_of({"bleu", "chrf"}));
    field("tokenize", tokenize, "BLEU: tokenization", one_of({"13a", "intl", "char", "ko", "none"}));
    field("dev", dev, "pairs to measure on: one .tsv or two line-aligned files", file_path());
    field("swap", swap, "the second column (or file) of --dev is the source");
    field("beam", beam, "hypotheses kept at each step of translating --dev", between(1, 1000));
  }
};

struct Quality {
  double score = 0, drop = 0;
  double bound = 0;  // the drop that is not passed on other sentences, in 99 % of all searches
  double tokens_per_second = 0;
};

/// About so many pairs, evenly spread, none with an empty side.
std::vector<Pair> spread(const std::vector<Pair>& pairs, size_t most);

class Yardstick {
 public:
  /// Translates and measures with the folder's model as it is. `sequences`: of candidates that will be judged, 1 to 3.
  /// Error: pairs that cannot be read.
  Yardstick(const ModelFolder& folder, const PromiseOptions& options, int64_t sequences = 1);

  const Quality& baseline() const { return baseline_; }
  /// A model of the same tokenizers beside it.
  Quality measure(const Model& model) const;
  bool keeps(const Quality& quality) const { return quality.bound <= options_.most(); }
  /// Negative log-likelihood per target token of some 256 of the pairs: cheaper than translating, and finer.
  double loss(const Model& model) const;

  const PromiseOptions& options() const { return options_; }
  const std::vector<Pair>& pairs() const { return pairs_; }
  /// The pairs that `loss` reads, in small batches.
  const std::vector<Batch>& batches() const { return batches_; }
  /// "BLEU 38.68, a drop of 0.23, up to 0.51"
  std::string text(const Quality& quality) const;
  const std::string& label() const { return label_; }

 private:
  struct Translated {
    Statistics statistics;
    double tokens_per_second;
  };
  Translated translate(const Model& model) const;

  PromiseOptions options_;
  int64_t sequences_;
  std::vector<Pair> pairs_;
  Direction direction_;
  std::vector<Batch> batches_;
  std::string label_;
  std::optional<Statistics> statistics_;
  Quality baseline_;
};

}  // namespace naru
