// Rows of numbers rounded to whole ones. NaN as a scale says that a number of the row was not finite.
#pragma once

#include <cstdint>

#include "naru/tensor/dtype.h"

namespace naru::cpu {

/// Numbers from -127 to 127 of a row, x ≈ scale · number, to the nearest, ties to even; returns the scale, the largest
/// magnitude / 127. T: float or bf16.
template <class T>
float round_to_bytes(const T* x, int64_t count, int8_t* numbers);
/// Numbers from -8 to 7. The scale, which may be negative, is that of some near -1/8 of the largest which leaves the
/// least squared error; its 7 significant bits times a sum of 128 products of such numbers by bytes fit an f32.
float round_to_4_bits(const float* x, int64_t count, int8_t* numbers);

/// Of numbers in groups of `group`, the last of which may be shorter.
struct GroupedSums {
  int64_t group;
  int32_t factor;
  int32_t* to;  // factor · sum of each group
};
void sum_groups(const int8_t* numbers, int64_t count, const GroupedSums& sums);

}  // namespace naru::cpu
