#pragma once

#include <cstdint>
#include <vector>

namespace naru {

/// What a benchmark with random weights on fixed shapes found.
struct Speed {
  double target_tokens_per_second = 0;  // median
  std::vector<double> repetitions;
  int64_t parameters = 0;
  double floor_ratio = 0;  // time / the least that the machine could take for it
  double gemm_share = 0;   // matrix operations per second / measured rate of the packed product
  int64_t peak_bytes = 0;  // of the process
};

double median(std::vector<double> values);

}  // namespace naru
