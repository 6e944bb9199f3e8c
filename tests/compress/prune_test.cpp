#include "naru/compress/prune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "naru/models/registry.h"

#include "tests/tensors_near.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

struct Prune : ::testing::TestWithParam<const char*> {  // preset
  static ModelConfig config() {
    ModelConfig config = preset(GetParam());
    for (const auto& [key, value] : std::vector<std::pair<const char*, const char*>>{
             {"layers", "2"}, {"width", "16"}, {"vocabulary", "23"}, {"heads", "4"}, {"feed_forward", "24"}})
      set_option(config, key, value);
    return config;
  }
};
INSTANTIATE_TEST_SUITE_P(Presets, Prune,
                         ::testing::Values("transformer-tiny", "transformer-base", "transformer-ssru-tiny",
                                           "transformer-gru-small"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

/// Of each part the head or unit with the number of the part, counted round, is not kept.
Kept without_one_each(const std::vector<PrunablePart>& parts) {
  Kept kept;
  for (size_t i = 0; i < parts.size(); ++i) {
    std::vector<int64_t> some(static_cast<size_t>(parts[i].count));
    std::iota(some.begin(), some.end(), 0);
    some.erase(some.begin() + static_cast<int64_t>(i) % parts[i].count);
    kept.push_back(some);
  }
  return kept;
}

/// Zeros in the columns of all that is not kept.
void silence(const Model& model, const std::vector<PrunablePart>& parts, const Kept& kept) {
  for (size_t i = 0; i < parts.size(); ++i) {
    const Tensor& reader = model.params().named().at(parts[i].reader);
    for (int64_t column = 0; column < reader.dim(1); ++column)
      if (std::ranges::find(kept[i], column / parts[i].each) == kept[i].end())
        for (int64_t row = 0; row < reader.dim(0); ++row) reader.data()[row * reader.dim(1) + column] = 0;
  }
}

Tensor hidden(const Model& model) {
  const auto state = model.decoder()->start(Ragged::from({{3, 4, 5, 0}, {6, 0}}));
  return model.decoder()->append(*state, Ragged::from({{0, 7, 8}, {0, 9}}));
}

TEST_P(Prune, WhatNothingReadsChangesNoNumber) {
  const auto parts = prunable_parts(config(), "all");
  const Kept kept = without_one_each(parts);
  const auto whole = build(config(), Params(1));
  silence(*whole, parts, kept);
  const ModelConfig smaller = config_from_json(to_json(pruned(config(), parts, kept)), "config.json");
  const auto small = build(smaller, Params(pruned(sources_of(whole->params().tensors()), parts, kept), "pruned"));
  EXPECT_TENSORS_NEAR(hidden(*small), hidden(*whole), 1e-5);
  EXPECT_LT(small->params().parameter_count(), whole->params().parameter_count());
  EXPECT_LT(small->matrix_flops_per_token().first, whole->matrix_flops_per_token().first);
  const PartCounts before = part_counts(config()), after = part_counts(smaller);
  const auto of_heads = std::ranges::count_if(parts, &PrunablePart::heads);
  EXPECT_EQ(after.heads, before.heads - of_heads);
  EXPECT_EQ(after.units, before.units - (std::ssize(parts) - of_heads));
}

TEST_P(Prune, CountsOfAPartAreThoseOfItsWeights) {
  const auto model = build(config(), Params(1));
  for (const PrunablePart& part : prunable_parts(config(), "all")) {
    int64_t numbers = model->params().named().at(part.reader).size();
    for (const std::string& maker : part.makers) numbers += model->params().named().at(maker).size();
    EXPECT_EQ(part.count * part.numbers, numbers) << part.reader;
  }
}

TEST(PruneHeads, OrUnitsAlone) {
  for (const PrunablePart& part : prunable_parts(preset("transformer-tiny"), "heads")) EXPECT_TRUE(part.heads());
  for (const PrunablePart& part : prunable_parts(preset("transformer-tiny"), "units")) EXPECT_FALSE(part.heads());
}

std::string refused(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(PruneHeads, AreNoPartOfARecurrentModelNorSharedOnes) {
  EXPECT_THAT(refused([] { prunable_parts(preset("seq2seq-attention"), "all"); }),
              HasSubstr("--prune all: a naru-seq2seq model has no heads"));
  ModelConfig grouped = preset("transformer-tiny");
  set_option(grouped, "key_value_heads", "2");
  EXPECT_THAT(refused([&] { prunable_parts(grouped, "heads"); }), HasSubstr("say --prune units"));
  EXPECT_FALSE(prunable_parts(grouped, "units").empty());
}

TEST(LayersThatDiffer, AreNamedInAConfigOnlyWhereThereAreAny) {
  EXPECT_THAT(to_json(preset("transformer-tiny")), Not(HasSubstr("encoder_heads")));
  const auto built = [](const std::string& lists) {
    return refused([&] {
      build(config_from_json(R"({"model_type": "naru-transformer", "encoder_layers": 2, )" + lists + "}", "c.json"),
            Params::shapes_only());
    });
  };
  EXPECT_EQ(built(R"("encoder_heads": "3,1")"), "");
  EXPECT_THAT(built(R"("encoder_heads": "3")"), HasSubstr("encoder_heads=3: needs 2 numbers, one a layer"));
  for (const char* wrong : {"3,0", "3,9", "3,x", ",3", "3,1.5", "-1,3", "3 1,2"})
    EXPECT_THAT(built(fmt::format(R"("encoder_heads": "{}")", wrong)), HasSubstr("must be whole numbers from 1 to 8"));
  EXPECT_THAT(built(R"("key_value_heads": 4, "encoder_heads": "3,1")"), HasSubstr("key_value_heads=4"));
}

}  // namespace
}  // namespace naru
