// Which target pieces a sentence may be translated with: those that its source pieces become, and the most frequent
// ones. A step of the search then computes hundreds of outputs instead of all. `evaluate/make_shortlist.h` makes one
// from a corpus.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "naru/text/tokenizer.h"

namespace naru {

/// The vocabularies that a shortlist is for, by size and fingerprint.
struct VocabularyPair {
  int64_t source_size = 0, target_size = 0;
  uint32_t source = 0, target = 0;
  bool operator==(const VocabularyPair&) const = default;
};
VocabularyPair vocabularies_of(const Tokenizer& source, const Tokenizer& target);

struct Shortlist {
  VocabularyPair vocabularies;
  std::vector<int32_t> offsets;   // [sources + 1]: where the pieces of each source piece begin
  std::vector<int32_t> pieces;    // those that it becomes, likeliest first
  std::vector<int32_t> frequent;  // all target pieces, most frequent first
  int64_t first = 0;              // of them every sentence has so many

  /// Error: the file is missing, damaged or made for other vocabularies; with its name and the mend.
  static Shortlist open(const std::filesystem::path& path, const VocabularyPair& vocabularies);
  void save(const std::filesystem::path& path) const;

  /// What a sentence may be translated with, rising: `always`, the pieces of its source pieces, the most frequent, of
  /// which more where there would be less than `least` (or all).
  std::vector<int32_t> candidates(std::span<const int32_t> source, std::span<const int32_t> always,
                                  int64_t least) const;
};

}  // namespace naru
