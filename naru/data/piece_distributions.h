// What else than its target each piece of a TokenCorpus might be, and how probable that is: the most probable pieces of
// a teacher's distributions, beside the corpus block by block, and read in the same order.
//
// A BlockFile. For each target piece, end of sentence included, as many ids (16 bits, or 32 of a vocabulary beyond
// 65,536) as are kept, and behind them as many probabilities in steps of 1/65535 (16 bits).
#pragma once

#include <filesystem>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "naru/data/block_file.h"
#include "naru/data/token_corpus.h"
#include "naru/tensor/soft_targets.h"

namespace naru {

/// How a row is written.
struct SoftRowFormat {
  int64_t best = 0;
  bool wide = false;  // ids of 32 bits

  int64_t bytes() const { return best * (wide ? 6 : 4); }
  void append(std::string& out, const SoftTargets& soft, int64_t row) const;
  /// One row, into row `row` of `soft`.
  void read(const char* bytes, const SoftTargets& soft, int64_t row) const;
};

class PieceDistributions {
 public:
  /// Writes blocks that each belong to the corpus's block of the same number.
  class Writer {
   public:
    Writer(std::ostream& out, SoftRowFormat format);
    /// The rows of the next block's target tokens, end of sentence included.
    void add(std::string_view block) { file_.add(block); }
    void finish();

   private:
    BlockFileWriter file_;
    SoftRowFormat format_;
  };

  /// Error: names the file and what is wrong with it.
  explicit PieceDistributions(const std::filesystem::path& path);
  const SoftRowFormat& format() const { return format_; }
  int64_t blocks() const { return file_.blocks(); }
  /// Gives each pair of this block of the corpus its rows. Safe from many threads. Error: the block is damaged.
  void read_block(int64_t block, std::span<TokenPair> pairs) const;
  /// The rows of pairs that have theirs.
  SoftTargets of(std::span<const TokenPair> pairs) const;
  void let_go() const { file_.let_go(); }
  /// As it was written.
  std::string_view block(int64_t index) const { return file_.block(index); }

 private:
  BlockFile file_;
  SoftRowFormat format_;
};

}  // namespace naru
