// What `naru explain` found of one model and one sentence, and how it is shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "naru/lab/attention_steps.h"
#include "naru/lab/findings.h"
#include "naru/lab/recurrent_steps.h"

namespace naru {

/// A step of writing: what was read, what the given translation writes next, and what the model would like best.
struct WritingStep {
  std::string reads, writes;
  double probability = 0;  // of `writes`
  std::vector<std::pair<std::string, double>> best;
};

struct Explained {
  std::string source, target;  // the sentence and its translation
  std::vector<std::string> source_pieces = {}, read = {},
                           written = {};  // with end of sentence; read: from the start mark on
  std::vector<RecurrentSteps> recurrent = {};
  std::optional<AttentionSteps> attention = {};
  std::string word = {};           // whose rows of the attention are written out
  std::vector<int64_t> rows = {};  // its pieces
  std::vector<WritingStep> writing = {};

  /// Names of the attention's queries and of its keys.
  const std::vector<std::string>& query_names() const;
  const std::vector<std::string>& key_names() const;
  /// What a recurrent layer read at that step.
  const std::string& piece_read(const RecurrentSteps& steps, int64_t step) const;
};

/// The blocks of the page, in the order of the computation. `name` makes what is saved from them unique.
std::vector<Json> explained_blocks(const Explained& explained, const std::string& name);
/// Every number of it, for programs.
Json explained_numbers(const Explained& explained);

}  // namespace naru
