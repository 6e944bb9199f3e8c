#include "naru/ops/cpu/panel_rounding.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "naru/ops/embedding.h"

#include "tests/instruction_sets.h"
#include "tests/ops/op_case.h"
#include "tests/ops/stored_as.h"

namespace naru {
namespace {

double squared_error(const Tensor& x, const std::vector<int8_t>& numbers, float scale) {
  double sum = 0;
  for (int64_t k = 0; k < x.size(); ++k)
    sum += std::pow(double{x.data()[k]} - double{scale} * numbers[static_cast<size_t>(k)], 2);
  return sum;
}

TEST(FourBits, ErrLessThanWithTheLargestAtSevenOrAtMinusEight) {
  on_every_instruction_set([] {
    double found = 0, simple = 0;
    for (uint64_t seed = 1; seed <= 50; ++seed) {
      const Tensor x = to_tensor(random_doubles(seed, {37}));
      std::vector<int8_t> numbers(37);
      const float scale = cpu::round_to_4_bits(x.data(), 37, numbers.data());
      found += squared_error(x, numbers, scale);
      EXPECT_EQ(std::bit_cast<uint32_t>(scale) & 0x1ffffu, 0u) << "7 significant bits";
      float largest = 0;
      for (const float value : x.values()) largest = std::abs(value) > std::abs(largest) ? value : largest;
      double best = INFINITY;
      for (const float step : {largest / 7, largest / -8}) {
        for (size_t k = 0; k < 37; ++k)
          numbers[k] = static_cast<int8_t>(std::clamp(std::nearbyint(x.data()[k] / step), -8.0f, 7.0f));
        best = std::min(best, squared_error(x, numbers, step));
      }
      simple += best;
    }
    EXPECT_LT(found, 0.97 * simple);
  });
}

TEST(FourBits, OfZerosAreZerosAndOfWhatIsNotFiniteHaveNoScale) {
  std::vector<float> x(40);
  std::vector<int8_t> numbers(40, 1);
  EXPECT_EQ(cpu::round_to_4_bits(x.data(), 40, numbers.data()), 0);
  EXPECT_EQ(numbers, std::vector<int8_t>(40));
  x[39] = INFINITY;
  EXPECT_TRUE(std::isnan(cpu::round_to_4_bits(x.data(), 40, numbers.data())));
}

TEST(EightBits, AreTheNearestWithTheLargestAt127) {
  const Tensor x = to_tensor(random_doubles(2, {37}));
  std::vector<int8_t> numbers(37);
  const float scale = cpu::round_to_bytes(x.data(), 37, numbers.data());
  float largest = 0;
  for (const float value : x.values()) largest = std::max(largest, std::abs(value));
  EXPECT_EQ(scale, largest / 127);
  for (size_t k = 0; k < 37; ++k) EXPECT_EQ(numbers[k], std::nearbyint(x.data()[k] * (127 / largest)));
}

TEST(Panels, HoldBf16NumbersAsTheyAre) {
  const Tensor w = to_tensor(random_doubles(3, {70, 33})), stored = stored_as(DType::b16, w);
  for (int64_t i = 0; i < w.size(); ++i)
    EXPECT_EQ(stored.panels().value(i / 33, i % 33), static_cast<float>(bf16(w.data()[i])));
}

}  // namespace
}  // namespace naru
