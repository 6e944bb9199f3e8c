// What attention remembers of the tokens so far: keys and values in blocks of 16 tokens, and for each sequence a table
// of its blocks. Tables share blocks; a shared block is copied when one of its owners writes to it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "naru/ops/key_value_blocks.h"
#include "naru/tensor/memory.h"
#include "naru/tensor/ragged.h"

namespace naru {

class KeyValueCache {
 public:
  /// No sequences.
  KeyValueCache() = default;
  /// `count` sequences without tokens. The layout's dtype is that of the cache, whatever the keys come in.
  KeyValueCache(int64_t count, KeyValueLayout layout);

  int64_t count() const { return static_cast<int64_t>(sequences_.size()); }
  /// Tokens of a sequence.
  int64_t length(int64_t sequence) const { return sequences_[static_cast<size_t>(sequence)].length; }
  const KeyValueLayout& layout() const { return layout_; }

  /// Adds the new tokens (any number, also none) of each sequence: keys and values [total, heads · head_d].
  void append(const Columns& keys, const Columns& values, const Offsets& offsets);
  /// Sequence i becomes what sequence rows[i] was; rows may repeat or be fewer. No key is copied.
  void reorder(std::span<const int32_t> rows);
  /// The sequences of `more` follow those that are here. No key is copied.
  void join(KeyValueCache more);

  /// What `attention` reads; holds until the next change.
  const KeyValueBlocks& blocks();

 private:
  using Block = std::shared_ptr<Storage>;
  struct Sequence {
    std::vector<Block> blocks;
    int64_t length = 0;
  };
  /// The block that tokens from place `length` on go to, its own alone; what must be copied there first is in `write`.
  void open_block(Sequence& sequence, BlockWrite& write);

  KeyValueLayout layout_;
  std::vector<Sequence> sequences_;
  KeyValueBlocks lent_;
  std::vector<BlockWrite> writes_;
};

}  // namespace naru
