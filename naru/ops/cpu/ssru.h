// The loops of ssru. Sequences do not wait for each other, as there is no product that they could share: each is walked
// by itself, its state in the nearest cache.
#pragma once

#include <cstdint>
#include <span>

namespace naru::cpu {

struct SsruShape {
  std::span<const int32_t> begins;  // [count + 1]
  int64_t width;
};

/// Fills outputs [total, width] and, unless null, cells [total, width]. `state` [count, width]: the initial c, and then
/// the last one. projected [total, 2 width].
template <class T>
void ssru(const SsruShape& shape, const T* projected, const float* bias, T* outputs, float* cells, float* state);

/// What the way back reads.
template <class T>
struct SsruKept {
  const T* projected;    // [total, 2 width]
  const float* bias;     // [width]
  const float* cells;    // [total, width]: c after each token
  const float* initial;  // [count, width], or null
  const T* d_outputs;    // [total, width], or null
};
/// `d_state` [count, width]: the gradient of the last c, and then that of the initial one.
template <class T>
void ssru_backward(const SsruShape& shape, const SsruKept<T>& kept, T* d_projected, float* d_state);

}  // namespace naru::cpu
