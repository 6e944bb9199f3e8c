#include "naru/nn/key_value_cache.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "naru/base/error.h"

namespace naru {

KeyValueCache::KeyValueCache(int64_t count, KeyValueLayout layout)
    : layout_(layout), sequences_(static_cast<size_t>(count)) {
  NARU_CHECK(layout.dtype == DType::f32 || layout.dtype == DType::bf16, "cache: {} numbers, need f32 or bf16",
             name(layout.dtype));
}

void KeyValueCache::open_block(Sequence& sequence, BlockWrite& write) {
  const auto block = static_cast<size_t>(sequence.length / key_block);
  write.place = sequence.length % key_block;
  const auto fresh = [this] { return std::make_shared<Storage>(layout_.bytes(), Purpose::activations); };
  if (write.place == 0) {
    sequence.blocks.push_back(fresh());
  } else if (sequence.blocks[block].use_count() > 1) {
    // Its last owner may write behind what is copied at the same time.
    write.copy_of = sequence.blocks[block]->data();
    sequence.blocks[block] = fresh();
  }
  write.block = sequence.blocks[block]->data();
}

void KeyValueCache::append(const Columns& keys, const Columns& values, const Offsets& offsets) {
  NARU_CHECK(offsets.count() == count(), "cache: tokens for {} sequences, it holds {}", offsets.count(), count());
  NARU_CHECK(keys.tensor.dim(0) == offsets.total() && values.tensor.dim(0) == offsets.total(),
             "cache: {} keys and {} values for {} tokens", keys.tensor.dim(0), values.tensor.dim(0), offsets.total());
  writes_.clear();
  for (int64_t i = 0; i < count(); ++i) {
    Sequence& sequence = sequences_[static_cast<size_t>(i)];
    for (int64_t row = offsets.begin(i); row < offsets.end(i); row += writes_.back().tokens) {
      BlockWrite write{.row = row};
      open_block(sequence, write);
      write.tokens = std::min(key_block - write.place, offsets.end(i) - row);
      sequence.length += write.tokens;
      writes_.push_back(write);
    }
  }
  write_blocks(layout_, keys, values, writes_);
}

void KeyValueCache::reorder(std::span<const int32_t> rows) {
  std::vector<int32_t> uses(sequences_.size());
  for (const int32_t row : rows) {
    NARU_CHECK(row >= 0 && row < count(), "cache: sequence {} asked for, it holds {}", row, count());
    ++uses[static_cast<size_t>(row)];
  }
  std::vector<Sequence> chosen;
  chosen.reserve(rows.size());
  for (const int32_t row : rows) {
    Sequence& sequence = sequences_[static_cast<size_t>(row)];
    const bool last_use = --uses[static_cast<size_t>(row)] == 0;
    chosen.push_back(last_use ? std::move(sequence) : sequence);
  }
  sequences_ = std::move(chosen);
}

void KeyValueCache::join(KeyValueCache more) {
  if (count() == 0) layout_ = more.layout_;
  NARU_CHECK(more.count() == 0 || layout_ == more.layout_, "cache: {} × {} {} numbers join {} × {} {}",
             more.layout_.heads, more.layout_.head_d, name(more.layout_.dtype), layout_.heads, layout_.head_d,
             name(layout_.dtype));
  std::ranges::move(more.sequences_, std::back_inserter(sequences_));
}

const KeyValueBlocks& KeyValueCache::blocks() {
  lent_.layout = layout_;
  lent_.blocks.clear(), lent_.lengths.clear();
  lent_.begins.assign(1, 0);
  for (const Sequence& sequence : sequences_) {
    for (const Block& block : sequence.blocks) lent_.blocks.push_back(block->data());
    lent_.begins.push_back(static_cast<int32_t>(lent_.blocks.size()));
    lent_.lengths.push_back(static_cast<int32_t>(sequence.length));
  }
  return lent_;
}

}  // namespace naru
