// The two ways of writing one more id: by beam search and by drawing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "naru/generate/ensemble.h"
#include "naru/generate/sentence.h"

namespace naru {

/// Hugging Face's rule: the 2 · beam best ways on are looked at in order; those that end among the first `beam` are
/// complete, the others live on, up to `beam` of them. A beam of 1 is greedy search.
class BeamStep {
 public:
  explicit BeamStep(WritingRules& rules) : rules_(rules) {}

  /// Hypotheses that a sentence begins with.
  int64_t beginnings() const { return 1; }
  /// Looks at all rows of the batch.
  void look(std::span<const Voice> voices, std::span<const Sentence> sentences);
  /// One sentence goes on, whose rows begin at `first_row`; it has no live hypotheses when it is done. `rows` gets the
  /// rows that the new ones come from.
  void advance(Sentence& sentence, int32_t first_row, std::vector<int32_t>& rows);

 private:
  /// A way to go on from a hypothesis.
  struct Candidate {
    int32_t from, id;  // place in `live`
    double log_probability, worth;
  };
  /// Best first; ties go to the earlier hypothesis, then to the lower id.
  static bool better(const Candidate& a, const Candidate& b);
  void collect(const Sentence& sentence, int32_t from, int64_t row);
  bool done(const Sentence& sentence, double best_worth) const;

  WritingRules& rules_;
  BestOutputs best_;
  std::vector<ChoosingRows> choosing_;
  std::vector<Candidate> candidates_;
  std::vector<Branch> next_;
};

/// Each of `nbest` hypotheses goes its own way.
class SamplingStep {
 public:
  explicit SamplingStep(WritingRules& rules) : rules_(rules), sampler_(rules.options.sampling) {}

  int64_t beginnings() const { return rules_.options.nbest; }
  void look(std::span<const Voice> voices, std::span<const Sentence> sentences);
  void advance(Sentence& sentence, int32_t first_row, std::vector<int32_t>& rows);

 private:
  /// Nothing where what may be written is used up.
  std::optional<int32_t> draw(const Sentence& sentence, const Branch& branch, int64_t row);

  WritingRules& rules_;
  Sampler sampler_;
  Tensor log_probabilities_;  // [rows, vocabulary]
  std::vector<float> allowed_;
  std::vector<Branch> next_;
};

}  // namespace naru
