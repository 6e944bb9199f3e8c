// Dropout whose mask is a function of what is dropped, not of where it lies in memory: sentence and position of the
// token, column, and the op's ordinal on the tape (with the tape's seed and step). Batching, accumulation and
// recomputation do not change it; no mask is stored.
#pragma once

#include <string_view>

#include "naru/ops/cpu/dropout.h"
#include "naru/tensor/ragged.h"
#include "naru/tensor/tensor.h"

namespace naru {

/// Share of numbers that become 0 (the others grow by 1 / (1 - rate)), and whose tokens the rows are.
struct DropoutSpec {
  float rate = 0;
  Offsets offsets;
};

/// Drops numbers of x [total, d] while a tape with dropout lives; else x itself.
Tensor dropout(const Tensor& x, const DropoutSpec& spec);
/// x + dropout(branch), both [total, d]; the branch may be bf16 where x is f32. Stored as x is.
Tensor add_dropped(const Tensor& x, const Tensor& branch, const DropoutSpec& spec = {});

/// For ops that drop: what one of them drops, forward and backward. Cheap to copy into a closure.
class Drop {
 public:
  /// Takes the next key of the living tape, if there is one and it drops. `op` names the op in errors.
  Drop(std::string_view op, const Tensor& x, const DropoutSpec& spec);

  explicit operator bool() const { return rate_ > 0; }
  /// For rows from `first_row` on.
  cpu::DropoutMask mask(int64_t first_row = 0) const;
  /// Rows [begin, end) of sum = x + branch, the branch dropped from. All [total, d].
  void add(const Tensor& x, const Tensor& branch, const Tensor& sum, int64_t begin, int64_t end) const;
  /// Gradient of what was dropped from, stored as it was: dy with the dropped numbers 0 and the others scaled.
  Tensor backward(const Tensor& dy, DType stored) const;

 private:
  float rate_ = 0;
  uint64_t key_ = 0;
  Offsets offsets_;
};

}  // namespace naru
