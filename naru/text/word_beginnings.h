#pragma once

#include <cstdint>
#include <vector>

#include "naru/text/tokenizer.h"

namespace naru {

/// Which pieces of a vocabulary begin a word: those that SentencePiece writes with ▁ (U+2581) in front.
class WordBeginnings {
 public:
  explicit WordBeginnings(const Tokenizer& tokenizer) : begins_(static_cast<size_t>(tokenizer.size())) {
    for (size_t id = 0; id < begins_.size(); ++id)
      begins_[id] = tokenizer.piece(static_cast<int32_t>(id)).starts_with("▁");
  }
  /// False for ids beyond the vocabulary.
  bool operator()(int32_t id) const {
    return static_cast<size_t>(id) < begins_.size() && begins_[static_cast<size_t>(id)];
  }

 private:
  std::vector<bool> begins_;
};

}  // namespace naru
