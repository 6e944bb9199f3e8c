#pragma once

#include <cstdint>
#include <span>

namespace naru::cpu {

/// y_i = log(1/n · sum over k of exp(x_k[i])) of `size` numbers.
void log_mean(std::span<const float* const> x, float* y, int64_t size);

}  // namespace naru::cpu
