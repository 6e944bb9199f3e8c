#pragma once

#include <bit>
#include <cstdint>

#include "naru/base/random.h"

namespace naru {

/// A random order of 0 … size-1 that takes no memory, whatever the size: a Feistel network (Luby and Rackoff 1988) on
/// the next even number of bits, walked until it lands inside.
class Permutation {
 public:
  Permutation(uint64_t size, uint64_t key)
      : size_(size), key_(key), half_((static_cast<int>(std::bit_width(size > 1 ? size - 1 : 1)) + 1) / 2) {}

  /// What stands at place i < size.
  uint64_t operator()(uint64_t i) const {
    do {
      i = scrambled(i);
    } while (i >= size_);
    return i;
  }

 private:
  uint64_t scrambled(uint64_t i) const {
    const uint64_t mask = (uint64_t{1} << half_) - 1;
    uint64_t left = i >> half_, right = i & mask;
    for (uint64_t round = 0; round < 6; ++round) {
      const uint64_t next = left ^ (mix(mix(key_, round), right) & mask);
      left = right;
      right = next;
    }
    return left << half_ | right;
  }

  uint64_t size_, key_;
  int half_;
};

}  // namespace naru
