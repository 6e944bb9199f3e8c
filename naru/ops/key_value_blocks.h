// Keys and values in blocks of 16 tokens: how a cache holds them and how attention reads them.
//
// A block holds for each head its keys transposed, [head_d, 16], then its values, [16, padded_d]: a query's 16 scores
// are then sums of whole vectors, and so is its mix of values. Training packs its keys and values in the same way,
// hence the same numbers in the same order, hence equal bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "naru/ops/columns.h"
#include "naru/tensor/dtype.h"

namespace naru {

/// Tokens in a block.
inline constexpr int64_t key_block = 16;

struct KeyValueLayout {
  int64_t heads = 1, head_d = 0;
  DType dtype = DType::f32;

  /// Width of a row of values: whole vectors on every instruction set.
  int64_t padded_d() const { return (head_d + 15) / 16 * 16; }
  /// Where in a block, counted in numbers, a head's keys and values begin.
  int64_t keys(int64_t head) const { return head * key_block * (head_d + padded_d()); }
  int64_t values(int64_t head) const { return keys(head) + key_block * head_d; }
  int64_t bytes() const { return keys(heads) * size_of(dtype); }
  bool operator==(const KeyValueLayout&) const = default;
};

/// The blocks of a batch of sequences, as a cache lends them.
struct KeyValueBlocks {
  KeyValueLayout layout;
  std::vector<const std::byte*> blocks;  // of all sequences, one after the other
  std::vector<int32_t> begins;           // [count + 1] where each sequence's blocks begin
  std::vector<int32_t> lengths;          // [count] tokens of each

  int64_t count() const { return static_cast<int64_t>(lengths.size()); }
};

/// Rows [row, row + tokens) of the new keys and values go to places [place, place + tokens) of a block.
struct BlockWrite {
  std::byte* block = nullptr;
  int64_t place = 0, row = 0, tokens = 0;
  const std::byte* copy_of = nullptr;  // a block whose first `place` tokens come along, or none
};

/// Writes the tokens of keys and values [total, heads · head_d] into blocks; several threads, one for each block.
void write_blocks(const KeyValueLayout& layout, const Columns& keys, const Columns& values,
                  std::span<const BlockWrite> writes);

}  // namespace naru
