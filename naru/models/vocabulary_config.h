#pragma once

#include <algorithm>
#include <cstdint>

#include "naru/base/error.h"
#include "naru/base/fields.h"

namespace naru {

/// Sizes of the vocabularies and the ids that mean something; names as Hugging Face writes them where it has them.
struct VocabularyConfig {
  int64_t source = 8000, target = 8000;
  bool shared = false;  // one vocabulary, and one embedding, for both languages
  int64_t end = 0, start = 0, padding = 0;

  void fields(auto&& field) {
    field("source_vocabulary", source, "pieces of the source language", at_least(1));
    field("target_vocabulary", target, "pieces of the target language", at_least(1));
    field("shared_vocabulary", shared, "one vocabulary and one embedding for both languages");
    field("eos_token_id", end, "end of sentence", at_least(0));
    field("decoder_start_token_id", start, "what the decoder reads first", at_least(0));
    field("pad_token_id", padding, "padding in others' formats; never written", at_least(0));
  }
};

/// Error: sizes or ids that do not go together.
inline void check(const VocabularyConfig& c) {
  if (c.shared && c.source != c.target)
    fail("shared_vocabulary: needs one size, not source_vocabulary={} and target_vocabulary={}", c.source, c.target);
  const auto within = [](const char* name, int64_t id, int64_t size) {
    if (id >= size) fail("{}={}: the vocabulary has only {} pieces", name, id, size);
  };
  within("eos_token_id", c.end, std::min(c.source, c.target));
  within("decoder_start_token_id", c.start, c.target);
  within("pad_token_id", c.padding, c.target);
}

}  // namespace naru
