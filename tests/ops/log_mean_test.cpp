#include "naru/ops/log_mean.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/instruction_sets.h"
#include "tests/ops/op_case.h"
#include "tests/tensors_near.h"

namespace naru {
namespace {

TEST(LogMean, IsTheLogarithmOfTheMeanOfTheExponentials) {
  for (const int64_t columns : {1, 7, 33, 5000})
    on_every_instruction_set([&] {
      const std::vector<Doubles> x{random_doubles(1, {2, columns}, -9, 0), random_doubles(2, {2, columns}, -9, 0),
                                   random_doubles(3, {2, columns}, -200, 0)};
      Doubles twin({2, columns});
      for (int64_t i = 0; i < twin.size(); ++i)
        twin[i] = std::log((std::exp(x[0][i]) + std::exp(x[1][i]) + std::exp(x[2][i])) / 3);
      const std::vector<Tensor> inputs{to_tensor(x[0]), to_tensor(x[1]), to_tensor(x[2])};
      EXPECT_TENSORS_NEAR(log_mean(inputs), to_tensor(twin), 1e-5);
    });
}

TEST(LogMean, OfEqualsIsThatBitForBitAndStaysFinite) {
  const Tensor x = to_tensor(random_doubles(1, {700}, -300, 0));
  EXPECT_TENSORS_NEAR(log_mean(std::vector{x, x}), x, 0);
  const float none = -std::numeric_limits<float>::infinity();
  const Tensor mean = log_mean(std::vector{Tensor::from({none, none}, {2}), Tensor::from({none, 0.0f}, {2})});
  EXPECT_LT(mean.data()[0], -1e30f);
  EXPECT_TRUE(std::isfinite(mean.data()[0]));
  EXPECT_NEAR(mean.data()[1], std::log(0.5), 1e-6);
}

}  // namespace
}  // namespace naru
