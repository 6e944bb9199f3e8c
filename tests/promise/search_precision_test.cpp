#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "naru/compress/matrix_groups.h"
#include "naru/evaluate/golden.h"
#include "naru/promise/search.h"

#include "tests/promise/trained_folder.h"

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The same function, in which rounding fc2 by rows to whole numbers loses every second unit: its inputs are 2¹² times
/// smaller and its columns as much larger, which floating point does not notice.
void spread_units(const TrainedFolder& trained) {
  const std::string layer = "model.decoder.layers.0.";
  NamedTensors tensors = SafetensorsFile(trained.weights()).tensors();
  const Tensor up = tensors.at(layer + "fc1.weight"), bias = tensors.at(layer + "fc1.bias"),
               down = tensors.at(layer + "fc2.weight");
  for (int64_t unit = 0; unit < up.dim(0); unit += 2) {
    for (float& value : up.rows(unit, unit + 1).values()) value = std::ldexp(value, -12);
    bias.data()[unit] = std::ldexp(bias.data()[unit], -12);
    for (int64_t row = 0; row < down.dim(0); ++row) {
      float& value = down.data()[row * down.dim(1) + unit];
      value = std::ldexp(value, 12);
    }
  }
  save_model(trained.path, *build(read_config(trained.path), Params(tensors, "spread")));
}

TEST(SearchPrecision, GivesMoreBitsToTheLayerThatEightBitsDestroy) {
  const TrainedFolder trained("transformer-tiny");
  spread_units(trained);
  const ModelFolder folder = ModelFolder::open(trained.path);
  const Yardstick yardstick(folder, trained.promise("12"));
  const SafetensorsFile file(trained.weights());
  const Weights weights(folder.config, file);
  const SearchResult result = search(weights, yardstick, {.coarsest = DType::q8});
  EXPECT_FALSE(result.tried[0].keeps) << "int8 of all: " << yardstick.text(result.tried[0].quality);
  EXPECT_TRUE(result.best.keeps) << yardstick.text(result.best.quality);
  ASSERT_FALSE(result.groups.empty());
  EXPECT_EQ(result.groups[0].name, "model.decoder.layers.0.feed_forward");
  EXPECT_EQ(result.groups[0].dtype, "bf16");
  EXPECT_EQ(result.groups.back().dtype, "int8");
  EXPECT_EQ(result.best.dtypes.at("model.decoder.layers.0.fc2.weight"), DType::b16);
  EXPECT_LT(result.best.bytes, bytes_of(rounded_weights(weights.tensors, uniform_dtypes(weights.tensors, DType::b16))));
}

TEST(SearchPrecision, JudgesFromTheSafestOnAndStopsAtTheFirstThatBreaksThePromise) {
  const TrainedFolder trained("transformer-tiny");
  spread_units(trained);
  const ModelFolder folder = ModelFolder::open(trained.path);
  const Means means{.coarsest = DType::q8};
  const Yardstick yardstick(folder, trained.promise("3"), sequences_of(means));
  const SafetensorsFile file(trained.weights());
  const SearchResult result = search(Weights(folder.config, file), yardstick, means);
  ASSERT_GE(result.tried.size(), 4U);
  EXPECT_EQ(result.tried[0].name, "int8") << "a sequence of one";
  EXPECT_EQ(result.tried[1].name, "bf16");
  for (size_t i = 1; i < result.tried.size(); ++i) {
    EXPECT_EQ(result.tried[i].keeps, i + 1 < result.tried.size()) << result.tried[i].name;
    if (i > 1) {
      EXPECT_LT(result.tried[i].bytes, result.tried[i - 1].bytes);
    }
  }
  EXPECT_EQ(result.best.name, result.tried[result.tried.size() - 2].name);
}

TEST(Yardstick, AsksForMoreWhereSeveralSequencesShareTheChance) {
  const TrainedFolder trained("transformer-tiny");
  const ModelFolder folder = ModelFolder::open(trained.path);
  const SafetensorsFile file(trained.weights());
  const Weights weights(folder.config, file);
  const auto int8 = rounded_model(weights, uniform_dtypes(weights.tensors, DType::q8));
  const auto margin = [&](int64_t sequences) {
    const Quality quality = Yardstick(folder, trained.promise("1"), sequences).measure(*int8);
    return quality.bound - quality.drop;
  };
  EXPECT_EQ(sequences_of({.coarsest = DType::q4_64, .prune = "all"}), 3);
  EXPECT_EQ(sequences_of({.coarsest = DType::b16}), 1);
  EXPECT_NEAR(margin(3) / margin(1), 2.713 / 2.326, 1e-9);
}

TEST(SearchPrecision, RefusesWithNumbersWhatNothingSmallerKeepsAndInt8Breaks) {
  const TrainedFolder trained("transformer-tiny");
  spread_units(trained);
  const ModelFolder folder = ModelFolder::open(trained.path);
  const Yardstick yardstick(folder, trained.promise("0"));
  const SafetensorsFile file(trained.weights());
  const Weights weights(folder.config, file);
  try {
    search(weights, yardstick, {.coarsest = DType::b16});
    FAIL() << "no refusal";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("no smaller weights keep a drop of at most 0"));
    EXPECT_THAT(error.what(), HasSubstr("int8: BLEU"));
  }
}

TEST(SearchPrecision, DoesNotRefuseWhereInt8KeepsThePromiseAsMeasured) {
  const TrainedFolder trained("seq2seq-attention");
  write_file(trained.dev, small_table(3, 2));  // so few that nothing can be promised
  const ModelFolder folder = ModelFolder::open(trained.path);
  const Yardstick yardstick(folder, trained.promise("1"));
  const SafetensorsFile file(trained.weights());
  const Weights weights(folder.config, file);
  const SearchResult result = search(weights, yardstick, {.coarsest = DType::q8});
  ASSERT_LE(result.tried[0].quality.drop, 1);
  EXPECT_FALSE(result.tried[0].keeps) << "three pairs tell too little";
  EXPECT_TRUE(result.best.unchanged());  // and a warning
}

struct KeptPromise : ::testing::TestWithParam<std::tuple<const char*, DType>> {};
INSTANTIATE_TEST_SUITE_P(Trained, KeptPromise,
                         ::testing::Combine(::testing::Values("transformer-tiny", "seq2seq-attention"),
                                            ::testing::Values(DType::q8, DType::q4_64)),
                         [](const auto& info) {
                           std::string name = std::get<0>(info.param) + precision_name(std::get<1>(info.param));
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(KeptPromise, HoldsOnSentencesThatWereNotMeasured) {
  const TrainedFolder trained(std::get<0>(GetParam()));
  const ModelFolder folder = ModelFolder::open(trained.path);
  const double promised = 2;
  const Yardstick yardstick(folder, trained.promise("2"));
  const SafetensorsFile file(trained.weights());
  const Weights weights(folder.config, file);
  const SearchResult result = search(weights, yardstick, {.coarsest = std::get<1>(GetParam())});
  EXPECT_LT(result.best.bytes, bytes_of(weights.tensors)) << "smaller than f32";
  copy_beside_weights(trained.path, trained.folder / "small");
  write(result.best, trained.folder / "small");

  const ModelFolder small = ModelFolder::open(trained.folder / "small");
  EXPECT_EQ(yardstick.measure(*small.model).score, result.best.quality.score) << "reopened it translates the same";
  PromiseOptions held_out = trained.promise("2");
  held_out.dev = {trained.test};
  const Quality unseen = Yardstick(folder, held_out).measure(*small.model);
  EXPECT_LE(unseen.drop, promised) << result.best.name;
}

TEST(MatrixGroups, KeepTogetherWhatIsFusedAndLayersApart) {
  const SafetensorsFile file(NARU_SOURCE_DIR "/tests/fixtures/golden/transformer-tiny/model.safetensors");
  std::vector<std::string> names;
  for (const MatrixGroup& group : matrix_groups(sources_of(file))) names.push_back(group.name);
  EXPECT_THAT(names, ElementsAre("model.decoder.embed_tokens", "model.decoder.layers.0.encoder_attn",
                                 "model.decoder.layers.0.feed_forward", "model.decoder.layers.0.self_attn",
                                 "model.encoder.embed_tokens", "model.encoder.layers.0.feed_forward",
                                 "model.encoder.layers.0.self_attn"));
  const SafetensorsFile recurrent(NARU_SOURCE_DIR "/tests/fixtures/golden/seq2seq/model.safetensors");
  names.clear();
  for (const MatrixGroup& group : matrix_groups(sources_of(recurrent))) names.push_back(group.name);
  EXPECT_THAT(names, ElementsAre("decoder.l0", "encoder.l0", "output", "source_embedding", "target_embedding"));
}

}  // namespace
}  // namespace naru
