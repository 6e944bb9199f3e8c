// What this machine can do: the floors against which every speed is told (`naru doctor`, `naru bench train`).
// Each call takes up to half a second, runs on the whole pool, and returns the best of many rounds.
#pragma once

#include <cstdint>

#include "naru/tensor/dtype.h"

namespace naru::cpu {

/// FLOP/s of independent f32 multiply-adds in registers: the arithmetic peak.
double measure_peak_rate();
/// FLOP/s of the packed product of [4096, 512] by [512, 2048], stored as f32 or bf16.
double measure_product_rate(DType dtype);
/// Operations per second of the same product of unsigned by signed 8-bit numbers into i32, as oneDNN does it.
double measure_int8_rate();
/// Bytes per second when all threads together read a working set of so many bytes again and again.
double measure_bandwidth(int64_t bytes);

}  // namespace naru::cpu
