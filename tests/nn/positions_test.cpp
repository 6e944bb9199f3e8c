#include "naru/nn/positions.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace naru
