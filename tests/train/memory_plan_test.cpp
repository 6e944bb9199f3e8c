#include "naru/train/memory_plan.h"

#include <gtest/gtest.h>

#include "naru/models/registry.h"

namespace naru {
namespace {

/// With additive attention each token of the target keeps the weights, and their gradients, of its whole source.
TEST(MemoryPlan, OfARecurrentModelWithAttentionGrowsWithTheLongestSentence) {
  ModelConfig config = preset("seq2seq-attention");
  for (const auto& [key, value] : {std::pair{"width", "16"}, {"vocabulary", "100"}}) set_option(config, key, value);
  const auto model = build(config, Params(1));
  Trainer trainer(*model, TrainConfig{});
  const double of_short = measure_memory_plan(trainer, *model, 100).activations_per_token;
  const double of_long = measure_memory_plan(trainer, *model, 1100).activations_per_token;
  EXPECT_GT(of_long, of_short + 4 * 1000);
}

MemoryPlan plan_of(const std::string& recompute) {
  ModelConfig config = preset("transformer-tiny");
  for (const auto& [key, value] : {std::pair{"layers", "6"}, {"width", "64"}, {"vocabulary", "100"}})
    set_option(config, key, value);
  const auto model = build(config, Params(1));
  TrainConfig train;
  train.recompute = recompute;
  Trainer trainer(*model, train);
  return measure_memory_plan(trainer, *model, 256);
}

TEST(MemoryPlan, OfATransformerWhoseLayersRunTwiceIsMuchSmaller) {
  EXPECT_LT(plan_of("layers").activations_per_token, 0.5 * plan_of("none").activations_per_token);
}

/// The scores of the output come in chunks: beyond a chunk they take no more for more tokens.
TEST(MemoryPlan, DrawnThroughLargeBatchesDoesNotCountScoresThatAreNotThere) {
  constexpr int64_t vocabulary = 4000;
  ModelConfig config = preset("transformer-tiny");
  for (const auto& [key, value] : {std::pair{"layers", "1"}, {"width", "16"}, {"vocabulary", "4000"}})
    set_option(config, key, value);
  const auto model = build(config, Params(1));
  Trainer trainer(*model, TrainConfig{});
  const double of_small = measure_memory_plan(trainer, *model, 256).activations_per_token;
  const double of_large = measure_memory_plan(trainer, *model, 256, large_probes).activations_per_token;
  EXPECT_GE(of_small - of_large, 0.9 * vocabulary * sizeof(float));
}

}  // namespace
}  // namespace naru
