// What kernel files share outside Highway: choosing by storage type, and how much one piece of a parallel loop does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "naru/base/threads.h"
#include "naru/tensor/dtype.h"

namespace naru::cpu {

/// Both instances of a kernel template. Highway exports functions, not templates, so a kernel file has
///   auto softmax_kernels() { return Both{softmax<float>, softmax<bf16>}; }   // exported
///   const auto kernel = HWY_DYNAMIC_DISPATCH(softmax_kernels)().of<T>();     // used
template <class F32, class BF16>
struct Both {
  F32* f32;
  BF16* bf16;

  Both(F32& f32, BF16& bf16) : f32(&f32), bf16(&bf16) {}
  template <class T>
  auto of() const {
    if constexpr (std::is_same_v<T, float>) {
      return f32;
    } else {
      return bf16;
    }
  }
};

/// Element operations that are worth handing to another thread, and few enough to share evenly.
inline constexpr int64_t element_grain = 1 << 14;
/// Rows in a piece, from the cost of one row in element operations. Depends on sizes only: reductions use it too.
inline int64_t row_grain(int64_t row_cost) {
  return std::max<int64_t>(1, element_grain / std::max<int64_t>(1, row_cost));
}
inline int64_t pieces(int64_t count, int64_t grain) { return (count + grain - 1) / grain; }

}  // namespace naru::cpu
