#pragma once

#include "naru/tensor/tensor.h"

namespace naru {

/// What else than the target a token may be, and how probable that is: each id once in a row. Rows need not sum to 1.
struct SoftTargets {
  static constexpr int64_t most = 64, bytes = 8;  // bytes of an id and its probability
  Tensor ids;                                     // i32 [total, best], best ≤ most
  Tensor probabilities;                           // f32 [total, best]

  /// Of the tokens [begin, end); none of none.
  SoftTargets rows(int64_t begin, int64_t end) const {
    if (!ids) return {};
    return {ids.rows(begin, end), probabilities.rows(begin, end)};
  }
};

}  // namespace naru
