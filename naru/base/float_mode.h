// How this thread computes with numbers below the smallest normal one (1.2e-38 in f32): exactly, at some hundred times
// the cost, or as zeros.
#pragma once

#include <cstdint>

namespace naru {

/// The thread's mode, as the processor keeps it; `parallel_for` computes in that of its caller.
uint32_t float_mode();
void set_float_mode(uint32_t mode);

/// While one lives, such numbers count as 0 on this thread. Training wants it: gradients that vanish along a long
/// sequence reach them by the thousand (`naru claims speed`, learning by an LSTM without attention: 256 tokens took 6
/// times as long, 1,024 tokens 2.9 times).
class FlushToZero {
 public:
  FlushToZero();
  ~FlushToZero() { set_float_mode(before_); }
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
  uint32_t before_;
};

}  // namespace naru
