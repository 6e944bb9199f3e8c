// What dropout does, in double.
#pragma once

#include "naru/ops/dropout.h"
#include "naru/tensor/tape.h"

#include "tests/ops/op_case.h"

namespace naru {

inline constexpr TapeOptions noisy{.seed = 5, .step = 2};

/// What an op drops that is the first random one on a tape of `noisy`.
inline Doubles drop_twin(const Doubles& x, const DropoutSpec& spec) {
  Tape tape(noisy);
  const cpu::DropoutMask mask{spec.rate, tape.next_random_key(), spec.offsets.token_keys().data()};
  Doubles y(x.shape);
  for (int64_t i = 0; i < x.rows(); ++i)
    for (int64_t j = 0; j < x.columns(); ++j)
      y(i, j) = cpu::is_dropped(mask, i, j) ? 0 : x(i, j) / (1 - static_cast<double>(spec.rate));
  return y;
}

}  // namespace naru
