// What the policies write (naru/generate/policy.h) as a sentence is heard, piece by piece and greedily.
#pragma once

#include <vector>

#include "naru/evaluate/mid_sentence.h"

namespace naru {

/// Wait-k. The last piece waits outside the state until it is known what may be heard for the next one.
class WaitWriter {
 public:
  WaitWriter(const Speaker& speaker, int64_t k) : speaker_(speaker), middle_(speaker), k_(k) {}

  /// The ids of all whole words so far.
  const std::vector<int32_t>& hear(const std::vector<int32_t>& ids, bool last);

 private:
  void write_word(bool last);

  const Speaker& speaker_;
  MidSentence middle_;
  int64_t k_, heard_words_ = 0, words_ = 0;
  int32_t pending_ = speaker_.vocabulary.start;
  std::vector<int32_t> ids_;
  bool done_ = false;
};

/// Local agreement.
class AgreementWriter {
 public:
  AgreementWriter(const Speaker& speaker, int64_t translations)
      : speaker_(speaker), middle_(speaker), translations_(static_cast<size_t>(translations)) {}

  const std::vector<int32_t>& hear(const std::vector<int32_t>& ids, bool last);

 private:
  /// Greedily, from what is committed to the end.
  std::vector<int32_t> whole_draft();
  /// The words in which all drafts agree. A word is whole where the next one begins, or the draft ends.
  void commit();

  const Speaker& speaker_;
  MidSentence middle_;
  size_t translations_;
  std::vector<int32_t> ids_;
  std::vector<std::vector<int32_t>> drafts_;
};

}  // namespace naru
