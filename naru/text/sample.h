// A bounded sample of a text of any size, and counts of the whole: what a vocabulary is made from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "naru/base/random.h"

namespace naru {

struct TextCounts {
  int64_t lines = 0;
  /// White-space words; where a script writes none, three wide characters count as one.
  int64_t words = 0;
};

/// Keeps at most `most` sentences, each equally likely (Vitter 1985, algorithm R); the same text and seed keep the
/// same ones. Sentences above 2,000 bytes are counted but not kept, so the memory is bounded too.
class TextSample {
 public:
  explicit TextSample(int64_t most = 100'000, uint64_t seed = 1) : most_(most), random_(seed) {}
  void add(std::string_view sentence);
  std::span<const std::string> sentences() const { return sentences_; }
  const TextCounts& counts() const { return counts_; }

 private:
  int64_t most_, offered_ = 0;
  Random random_;
  std::vector<std::string> sentences_;
  TextCounts counts_;
};

}  // namespace naru
