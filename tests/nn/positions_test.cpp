#include "naru/nn/positions.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/tensors_near.h"

namespace naru {
namespace {

constexpr int64_t positions = 20, width = 12;

TEST(Positions, BeginAnewWithEachSequenceOrWhereItStands) {
  Params params(1);
  const Positions at(Scope(params), "interleaved", width, 0);
  const Tensor table = sinusoids(positions, width, SinusoidLayout::interleaved);
  const Tensor zeros = Tensor::zeros({5, width});
  const Tensor fresh = at(zeros, Offsets({3, 2})), later = at(zeros, Offsets({3, 2}), std::vector<int32_t>{7, 0});
  EXPECT_TENSORS_NEAR(fresh.rows(0, 3), table.rows(0, 3), 1e-6);
  EXPECT_TENSORS_NEAR(fresh.rows(3, 5), table.rows(0, 2), 1e-6);
  EXPECT_TENSORS_NEAR(later.rows(0, 3), table.rows(7, 10), 1e-6);
  EXPECT_TENSORS_NEAR(later.rows(3, 5), table.rows(0, 2), 1e-6);
}

TEST(Positions, LearnedOnesEndWhereTheirTableEnds) {
  Params params(1);
  const Positions at(Scope(params), "learned", width, 4);
  EXPECT_NO_THROW(at(Tensor::zeros({4, width}), Offsets({4})));
  EXPECT_THROW(at(Tensor::zeros({5, width}), Offsets({5})), Error);
}

TEST(Positions, NoneAddNothing) {
  Params params(1);
  const Positions at(Scope(params), "none", width, 0);
  const Tensor x = sinusoids(5, width, SinusoidLayout::halves);
  EXPECT_TENSORS_NEAR(at(x, Offsets({3, 2})), x, 0);
  EXPECT_TRUE(params.named().empty());
}

TEST(Positions, OfWidthEightAreTheFormulasFigures) {
  const Tensor table = sinusoids(3, 8, SinusoidLayout::interleaved);
  constexpr std::array<double, 4> one{0.8415, 0.5403, 0.0998, 0.9950}, two{0.9093, -0.4161, 0.1987, 0.9801};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(table.data()[8 + i], one[i], 5e-5);
    EXPECT_NEAR(table.data()[16 + i], two[i], 5e-5);
  }
}

}  // namespace
}  // namespace naru
