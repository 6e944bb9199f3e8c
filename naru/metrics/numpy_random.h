// The stream of numbers that numpy.random.default_rng(seed).integers(0, n) draws: a bootstrap with sacreBLEU's seed
// then sums the very resamples that sacreBLEU sums. Generator: PCG64 (O'Neill 2014: XSL RR 128/64), seeded by NumPy's
// SeedSequence (O'Neill 2015, "Developing a seed_seq alternative"); bounded by Lemire's method (2019).
#pragma once

#include <cstdint>

namespace naru {

class NumpyRandom {
 public:
  explicit NumpyRandom(uint64_t seed);
  /// Uniform in [0, n), 0 < n ≤ 2³².
  uint32_t below(uint64_t n);
  /// The raw 64 bits.
  uint64_t next64();

 private:
  uint32_t next32();
  void step();

  unsigned __int128 state_ = 0, increment_ = 0;
  uint32_t spare_ = 0;  // upper half of the last 64 bits, when `has_spare_`
  bool has_spare_ = false;
};

}  // namespace naru
