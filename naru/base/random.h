// Random numbers that are a function of a key and a counter: no state to save, no order to keep.
#pragma once

#include <cstdint>

namespace naru {

/// SplitMix64's finalizer (Steele, Lea and Flood 2014): a bijection whose every output bit depends on every input bit.
constexpr uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}
/// Folds a further word into a key.
constexpr uint64_t mix(uint64_t key, uint64_t word) { return mix(key ^ mix(word)); }

/// A small sequential generator over `mix`: the n-th number depends on (seed, n) only. Cheap to copy and to save.
class Random {
 public:
  using result_type = uint64_t;
  explicit constexpr Random(uint64_t seed, uint64_t counter = 0) : seed_(seed), counter_(counter) {}
  constexpr uint64_t operator()() { return mix(seed_, counter_++); }
  /// Uniform in [0, 1).
  constexpr double uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }
  /// Uniform in [0, n), n > 0; the bias is below n / 2⁶⁴.
  constexpr uint64_t below(uint64_t n) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>((*this)()) * n) >> 64);
  }
  static constexpr uint64_t min() { return 0; }
  static constexpr uint64_t max() { return ~uint64_t{0}; }

 private:
  uint64_t seed_, counter_;
};

}  // namespace naru
