// A sentence of which neither side has ended: what was heard of the source, and what is written of the translation.
#pragma once

#include <memory>
#include <vector>

#include "naru/evaluate/translator.h"
#include "naru/text/word_beginnings.h"

namespace naru {

/// What all policies know of the model.
struct Speaker {
  const Decoder& decoder;
  const Tokenizer &source, &target;
  SearchVocabulary vocabulary;
  WordBeginnings begins;
  SearchOptions search;
};

/// What may follow.
enum class Next { any, new_word, new_word_or_end };

/// The middle of a sentence. Row 0 of the state has read what was heard and holds what is settled of the translation; a
/// draft is a copy of it that goes on, to be kept or dropped.
class MidSentence {
 public:
  explicit MidSentence(const Speaker& speaker) : speaker_(speaker) {}

  /// The source goes on by these tokens.
  void hear(const std::vector<int32_t>& ids);
  int64_t heard() const { return std::ssize(heard_); }

  /// The draft goes on with these tokens; keeps the scores of what follows them.
  void draft(const std::vector<int32_t>& ids);
  /// The draft is settled, or as if it had not been.
  void keep();
  void drop();

  /// The best piece after the draft; ties go to the lower id.
  int32_t best(Next next) const;

 private:
  const Speaker& speaker_;
  std::unique_ptr<State> state_;
  std::vector<int32_t> heard_, settled_, drafted_;
  Tensor scores_;
};

}  // namespace naru
