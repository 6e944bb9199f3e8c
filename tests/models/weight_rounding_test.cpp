// Training with `quantize`: what the model computes with, and what is learned, for every architecture.
#include "naru/train/weight_rounding.h"

#include <gtest/gtest.h>

#include "naru/compress/round_weights.h"
#include "naru/train/trainer.h"

#include "tests/models/every_model.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {

Batch pairs_to_learn() {
  return make_batch(std::vector<TokenPair>{{{3, 4, 5}, {5, 6}},
                                           {{6}, {7, 8, 9, 10}},
                                           {{7, 8}, {11}},
                                           {{9, 9}, {3, 3}},
                                           {{4, 12}, {13, 4}},
                                           {{10}, {14}}},
                    {});
}

TrainConfig quantized(const std::string& quantize, int64_t group = 32) {
  TrainConfig config;
  config.label_smoothing = 0;
  config.quantize = quantize;
  config.quantize_group = group;
  return config;
}

std::vector<float> weights_of(const Model& model) {
  std::vector<float> all;
  for (const Tensor& block : model.params().blocks())
    all.insert(all.end(), block.values().begin(), block.values().end());
  return all;
}

std::vector<float> gradients_of(const Model& model) {
  std::vector<float> all;
  for (const auto& [name, weight] : model.params().named()) {
    const auto values = gradient_of(weight).values();
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

/// `model` as `naru compress` writes it, its matrices widened again.
std::unique_ptr<Model> compressed(const std::string& name, const Model& model, DType dtype) {
  const TemporaryFolder folder;
  write_safetensors(folder / "model.safetensors", model.params().tensors());
  const SafetensorsFile file(folder / "model.safetensors");
  const TensorSources weights = sources_of(file);
  return build(tiny_config(name), Params(rounded_weights(weights, uniform_dtypes(weights, dtype)), "compressed"));
}

struct EveryModelOnAGrid : EveryModel {
  static constexpr std::pair<const char*, DType> dtypes[] = {
      {"bf16", DType::b16}, {"int8", DType::q8}, {"int4", DType::q4_32}};
};

TEST_P(EveryModelOnAGrid, ComputesAndLearnsInTrainingAsItsCompressedSelfDoes) {
  for (const auto& [name, dtype] : dtypes) {
    const auto small = compressed(GetParam(), *model_, dtype);
    const auto exact = weights_of(*model_);
    const StepResult seen = Trainer(*model_, quantized(name)).gradients(pairs_to_learn(), 1000, 1);
    const StepResult expected = Trainer(*small, quantized("none")).gradients(pairs_to_learn(), 1000, 1);
    EXPECT_EQ(seen.nll, expected.nll) << name;
    EXPECT_EQ(gradients_of(*model_), gradients_of(*small)) << name;  // straight through
    EXPECT_EQ(weights_of(*model_), exact) << name;                   // those that are stepped and saved
    EXPECT_NE(weights_of(*small), exact) << name;
  }
}

TEST_P(EveryModelOnAGrid, RecomputingAndSplittingABatchChangeNoMoreThanWithoutIt) {
  std::vector<std::vector<float>> results;
  for (const auto& [recompute, part] : {std::pair{"none", 1000}, {"layers", 1000}, {"none", 5}}) {
    TrainConfig config = quantized("int8");
    config.recompute = recompute;
    Trainer(*model_, config).gradients(pairs_to_learn(), part, 1);
    results.push_back(gradients_of(*model_));
  }
  EXPECT_EQ(results[0], results[1]);
  for (size_t i = 0; i < results[0].size(); ++i) EXPECT_NEAR(results[0][i], results[2][i], 2e-5) << i;
}

/// Per token, of the model whose matrices are rounded to four bits.
double loss_in_4_bits(Model& model) {
  return Trainer(model, quantized("int4", 128)).gradients(pairs_to_learn(), 1000, 1).nll;
}

TEST_P(EveryModelOnAGrid, LosesLessInFourBitsAfterFineTuningForThem) {
  ModelConfig config = tiny_config(GetParam());
  set_option(config, "dropout", "0");
  const auto model = build(config, Params(1));
  Trainer exact(*model, quantized("none"));
  for (int step = 0; step < 150; ++step) exact.step(pairs_to_learn(), 5e-3, 1000);
  const double before = loss_in_4_bits(*model);
  Trainer fine(*model, quantized("int4", 128));
  for (int step = 0; step < 60; ++step) fine.step(pairs_to_learn(), 1e-3, 1000);
  EXPECT_LT(loss_in_4_bits(*model), 0.8 * before);
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryModelOnAGrid, ::testing::ValuesIn(tiny_model_names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace naru
