#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "naru/base/fields.h"
#include "naru/text/sample.h"

namespace naru {

struct TokenizerConfig {
  std::string kind = "unigram";
  std::string normalization = "nmt_nfkc";
  double character_coverage = 0.9995;
  bool byte_fallback = true;
  int64_t sample = 100'000;

  bool operator==(const TokenizerConfig&) const = default;

  void fields(auto&& field) {
    field("tokenizer", kind, "how pieces are found", one_of({"unigram", "bpe"}));
    field("normalization", normalization,
          "before pieces are found: NFKC with white space and control characters made plain, NFKC alone, or nothing",
          one_of({"nmt_nfkc", "nfkc", "identity"}));
    field("character_coverage", character_coverage, "share of the text's characters that get pieces of their own",
          between(0.98, 1));
    field("byte_fallback", byte_fallback, "write all other characters as bytes, so that nothing is unknown");
    field("tokenizer_sample", sample, "sentences, drawn from the whole text, that the vocabulary is made from",
          at_least(1));
  }
};

/// Pieces that a vocabulary gets besides those found in the text.
struct SpecialPieces {
  std::vector<std::string> symbols;  // found in texts, and never split
  std::vector<std::string> tags;     // control pieces: no text contains them
};

/// A line of warning when the vocabulary makes no sense for a text of this size: pieces that are seen less than 30
/// times on average learn nothing. Names the largest sensible size. Ask before memory is taken.
std::optional<std::string> vocabulary_warning(int64_t vocabulary, const TextCounts& counts);

/// Bytes of a SentencePiece model of at most `vocabulary` pieces: fewer where the text does not give them.
/// Depends on its arguments only, not on `--threads`; prints nothing. With a vocabulary that cannot hold the text's
/// characters, the rarer ones are written as bytes.
/// Error: too small a vocabulary, no text.
std::string train_sentencepiece(std::span<const std::string> sentences, int64_t vocabulary,
                                const TokenizerConfig& config = {}, const SpecialPieces& special = {});

}  // namespace naru
