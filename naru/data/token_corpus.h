// A corpus as ids, once on disk, then read in any order: what lets a corpus larger than memory be shuffled.
//
// A BlockFile: blocks of up to 32 pairs, and what it was made from. Pairs pass through a shuffle buffer on their way
// in, so that a block holds pairs from all over the corpus; epochs then shuffle blocks, and pairs within windows of
// many blocks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "naru/data/block_file.h"
#include "naru/data/pairs.h"
#include "naru/text/source_tags.h"

namespace naru {

/// Ids of a pair, without end of sentence.
struct TokenPair {
  std::vector<int32_t> source, target;
  std::string_view soft = {};  // its rows of PieceDistributions, which must outlive it; empty without them
  bool operator==(const TokenPair&) const = default;
};

struct TokenCorpusConfig {
  int64_t max_length = 256;        // pieces of a source or target; longer pairs are left out
  int64_t shuffle_megabytes = 64;  // memory that the corpus is shuffled through once
  uint64_t seed = 1;
  /// Every pair in both directions: the tags (ids of the one shared tokenizer) stand before the source.
  bool both = false;
  int32_t forward_tag = -1, reverse_tag = -1;
  /// The speech level that a target ends in has its tag before the source, before that of the direction; but not for a
  /// share of the pairs, so that a source without a tag stays known.
  std::optional<LevelTags> forward_levels = {}, reverse_levels = {};
  double level_dropout = 0;
};

struct CorpusCounts {
  int64_t lines = 0, pairs = 0;                  // pairs: what is trained on (twice the lines with `both`)
  int64_t empty = 0, too_long = 0;               // pairs left out
  int64_t source_tokens = 0, target_tokens = 0;  // of `pairs`, end of sentence included
};
/// "45,675 lines: 45,600 pairs; left out: 3 with an empty side, 72 of more than 256 pieces"
std::string summary(const CorpusCounts& counts, int64_t max_length);

class TokenCorpus {
 public:
  /// Opens `path` where it was made from the same bytes with the same tokenizers and config, else makes it: the
  /// sources are read once, encoded on all threads; the result does not depend on their number.
  /// Error: what PairReader refuses; no usable pair.
  static TokenCorpus open_or_make(const std::filesystem::path& path, const CorpusFiles& files, const Tokenizer& source,
                                  const Tokenizer& target, const TokenCorpusConfig& config);
  /// True when `path` holds a whole corpus that was not made from these. Error: a file cannot be read.
  static bool made_from_other(const std::filesystem::path& path, const CorpusFiles& files, const Tokenizer& source,
                              const Tokenizer& target, const TokenCorpusConfig& config);
  /// Error: names the file and what is wrong with it.
  static TokenCorpus open(const std::filesystem::path& path);
  const CorpusCounts& counts() const { return counts_; }
  /// What it was made from, as one line: equal lines, equal contents. A checkpoint keeps it.
  const std::string& identity() const { return identity_; }
  int64_t blocks() const { return file_.blocks(); }
  /// Appends the pairs of a block. Safe from many threads. Error: the block is damaged.
  void read_block(int64_t block, std::vector<TokenPair>& pairs) const;
  /// Pages of the file that were read no longer count as this process's memory. Safe beside reading.
  void let_go() const { file_.let_go(); }

 private:
  explicit TokenCorpus(BlockFile file);

  BlockFile file_;
  std::string identity_;
  CorpusCounts counts_;
};

/// Ids of pairs in memory (development sets), on all threads.
std::vector<TokenPair> encode_pairs(std::span<const Pair> pairs, const Tokenizer& source, const Tokenizer& target);

}  // namespace naru
