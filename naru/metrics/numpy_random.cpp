#include "naru/metrics/numpy_random.h"

#include <array>
#include <bit>

#include "naru/base/error.h"

namespace naru {
namespace {

constexpr size_t pool_size = 4;

/// SeedSequence's hash: its constant changes with each use.
class Hash {
 public:
  Hash(uint32_t start, uint32_t multiplier) : constant_(start), multiplier_(multiplier) {}
  uint32_t operator()(uint32_t value) {
    value ^= constant_;
    constant_ *= multiplier_;
    value *= constant_;
    return value ^ (value >> 16);
  }

 private:
  uint32_t constant_, multiplier_;
};

uint32_t combine(uint32_t x, uint32_t y) {
  const uint32_t result = 0xca01f9ddu * x - 0x4973f715u * y;
  return result ^ (result >> 16);
}

/// SeedSequence(seed).generate_state(4, uint64).
std::array<uint64_t, 4> seed_words(uint64_t seed) {
  Hash in(0x43b0d7e5u, 0x931e8875u);
  std::array<uint32_t, pool_size> pool{in(static_cast<uint32_t>(seed)), in(static_cast<uint32_t>(seed >> 32)), in(0),
                                       in(0)};
  for (size_t from = 0; from < pool_size; ++from)
    for (size_t to = 0; to < pool_size; ++to)
      if (from != to) pool[to] = combine(pool[to], in(pool[from]));

  Hash out(0x8b51f9ddu, 0x58f38dedu);
  std::array<uint64_t, 4> words{};
  for (size_t i = 0; i < 2 * words.size(); ++i)
    words[i / 2] |= static_cast<uint64_t>(out(pool[i % pool_size])) << (32 * (i % 2));
  return words;
}

unsigned __int128 wide(uint64_t high, uint64_t low) { return static_cast<unsigned __int128>(high) << 64 | low; }

}  // namespace

NumpyRandom::NumpyRandom(uint64_t seed) {
  const std::array<uint64_t, 4> words = seed_words(seed);
  increment_ = wide(words[2], words[3]) << 1 | 1;
  step();
  state_ += wide(words[0], words[1]);
  step();
}

void NumpyRandom::step() { state_ = state_ * wide(2549297995355413924u, 4865540595714422341u) + increment_; }

uint64_t NumpyRandom::next64() {
  step();
  const uint64_t folded = static_cast<uint64_t>(state_ >> 64) ^ static_cast<uint64_t>(state_);
  return std::rotr(folded, static_cast<int>(state_ >> 122));
}

uint32_t NumpyRandom::next32() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const uint64_t bits = next64();
  has_spare_ = true;
  spare_ = static_cast<uint32_t>(bits >> 32);
  return static_cast<uint32_t>(bits);
}

uint32_t NumpyRandom::below(uint64_t n) {
  NARU_CHECK(n > 0 && n <= uint64_t{1} << 32, "random number below {}", n);
  if (n == 1) return 0;  // NumPy draws nothing for a range of one
  if (n == uint64_t{1} << 32) return next32();
  uint64_t product = next32() * n;
  if (static_cast<uint32_t>(product) < n) {
    const auto threshold = static_cast<uint32_t>(((uint64_t{1} << 32) - n) % n);
    while (static_cast<uint32_t>(product) < threshold) product = next32() * n;
  }
  return static_cast<uint32_t>(product >> 32);
}

}  // namespace naru
