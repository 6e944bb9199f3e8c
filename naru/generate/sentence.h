// One sentence while it is being translated, and the rules by which its hypotheses go on.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "naru/generate/search.h"
#include "naru/ops/best_outputs.h"

namespace naru {

/// A hypothesis by its last id.
struct Branch {
  int32_t node = -1;  // of the sentence's `nodes`; -1 = nothing is written yet
  double log_probability = 0;
  double worth = 0;  // what hypotheses are compared by: log-probability with the penalty of repetitions
  int32_t draw = 0;  // which of the sentence's draws, where ids are drawn
};

struct CompleteBranch : Branch {
  double score = 0;
};

struct Sentence {
  /// An id, and the node before it. The hypotheses are a tree, so that a step copies none.
  struct Node {
    int32_t id, before;
  };

  int64_t index = 0;  // among all that are to be translated
  int64_t source_tokens = 0;
  uint32_t key = 0;  // of the source: what is drawn for it follows from that
  int64_t length = 0, max_length = 0;
  std::optional<ChosenOutputs> outputs = {};  // of its candidates, where they are bounded
  std::vector<Node> nodes = {};
  std::vector<Branch> live = {};              // of `length` ids each; their rows stand one after the other in the batch
  std::vector<CompleteBranch> complete = {};  // best first

  int32_t last_id(const Branch& branch) const { return nodes[static_cast<size_t>(branch.node)].id; }
  /// The branch with one more id.
  int32_t grow(const Branch& branch, int32_t id) {
    nodes.push_back({id, branch.node});
    return static_cast<int32_t>(nodes.size()) - 1;
  }
  void ids_of(int32_t node, std::vector<int32_t>& into) const;
  /// Keeps it if it is among the `most` best.
  void keep(const CompleteBranch& branch, int64_t most);
  /// At most so many.
  std::vector<Hypothesis> best(int64_t most) const;
};

/// What may be written, and what it is worth.
class WritingRules {
 public:
  WritingRules(const SearchVocabulary& vocabulary, const SearchOptions& options)
      : vocabulary(vocabulary), options(options) {}

  /// As the id at that place, whatever stands before.
  bool allowed(int32_t id, int64_t place) const;
  /// How many ids the rules can rule out or hold back, at most, after `length` ids.
  int64_t most_held_back(int64_t length) const;
  /// To be called before the two below.
  void read(const Sentence& sentence, const Branch& branch);
  /// Whether `id` would complete an n-gram that is there already.
  bool repeats(int32_t id) const;
  /// What is added to the worth of a branch.
  double worth(int32_t id, double log_probability) const;
  /// After the length rule.
  double score(double worth, int64_t length) const;

  const SearchVocabulary& vocabulary;
  const SearchOptions& options;

 private:
  std::vector<int32_t> history_, repeating_;
};

}  // namespace naru
