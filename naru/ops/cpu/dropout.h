// Dropout on CPU: the mask as a hash of (key, token, column), computed anew wherever it is needed.
#pragma once

#include <cstdint>

#include "naru/base/random.h"

namespace naru::cpu {

struct DropoutMask {
  float rate = 0;                        // 0: nothing is dropped
  uint64_t key = 0;                      // of the op
  const uint32_t* token_keys = nullptr;  // one for each row
};

/// The mask's definition; kernels compute it in vectors. Wellons' `lowbias32` rounds, with the row's 64 bits folded in.
inline uint32_t dropout_hash(uint64_t row_key, uint32_t column) {
  uint32_t h = static_cast<uint32_t>(row_key) + column * 0x9e3779b9u;
  h = (h ^ (h >> 16)) * 0x7feb352du;
  h ^= static_cast<uint32_t>(row_key >> 32);
  h = (h ^ (h >> 15)) * 0x846ca68bu;
  return h ^ (h >> 16);
}
/// A number, or an attention weight, is dropped when the upper 24 bits of its hash are below this.
inline int32_t dropout_threshold(float rate) { return static_cast<int32_t>(rate * 0x1p24f); }
inline bool is_dropped(const DropoutMask& mask, int64_t row, int64_t column) {
  const uint32_t hash = dropout_hash(mix(mask.key, mask.token_keys[row]), static_cast<uint32_t>(column));
  return static_cast<int32_t>(hash >> 8) < dropout_threshold(mask.rate);
}

/// y = x with dropped numbers 0 and the others scaled.
template <class X, class Y>
void drop(const X* x, Y* y, int64_t rows, int64_t columns, const DropoutMask& mask);
/// y = x + branch, the branch so treated.
template <class X, class Branch>
void add_dropped(const X* x, const Branch* branch, X* y, int64_t rows, int64_t columns, const DropoutMask& mask);

}  // namespace naru::cpu
