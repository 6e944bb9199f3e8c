#pragma once

#include <cstdint>

namespace naru::cpu {

/// y [pairs] from x [2 pairs].
template <class T>
void maxout(const T* x, T* y, int64_t pairs);
template <class T>
void maxout_backward(const T* x, const T* dy, T* dx, int64_t pairs);

}  // namespace naru::cpu
