#include "naru/lab/order_dependence.h"

#include <gtest/gtest.h>

#include "naru/models/registry.h"

namespace naru {
namespace {

std::unique_ptr<Model> encoder_of(const std::vector<std::pair<const char*, const char*>>& options) {
  ModelConfig config = preset("transformer-tiny");
  for (const auto& [key, value] : std::vector<std::pair<const char*, const char*>>{
           {"vocabulary", "23"}, {"width", "32"}, {"feed_forward", "48"}, {"layers", "2"}})
    set_option(config, key, value);
  for (const auto& [key, value] : options) set_option(config, key, value);
  return build(config, Params(1));
}
const std::vector<int32_t> source{5, 3, 17, 9, 9, 2, 11};

TEST(OrderDependence, OfPermutedWordsArePermutedWithoutPositionsOnly) {
  EXPECT_LE(order_dependence(*encoder_of({{"positions", "none"}}), source, 20, 1), 1e-5);
  for (const char* positions : {"interleaved", "halves", "learned"})
    EXPECT_GT(order_dependence(*encoder_of({{"positions", positions}}), source, 20, 1), 0.01) << positions;
}

TEST(OrderDependence, BecomeOneAndTheSameInADeepStackWithoutResidualConnections) {
  const auto deep = [&](const char* residual) {
    return token_diversity(*encoder_of({{"encoder_layers", "12"}, {"residual", residual}}), source);
  };
  const std::vector<double> with = deep("true"), without = deep("false");
  ASSERT_EQ(with.size(), 13u);
  EXPECT_DOUBLE_EQ(with[0], without[0]);
  EXPECT_GT(with.back(), 0.1);
  EXPECT_LT(without.back(), 1e-4);
}

TEST(OrderDependence, OfOneWordRepeatedAreAllTheSameWithoutPositions) {
  EXPECT_LE(token_diversity(*encoder_of({{"positions", "none"}}), {4, 4, 4}).back(), 1e-6);
  EXPECT_GT(token_diversity(*encoder_of({}), {4, 4, 4}).back(), 0.01);
}

}  // namespace
}  // namespace naru
