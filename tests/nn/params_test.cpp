#include "naru/nn/params.h"

#include <gtest/gtest.h>

#include "tests/temporary_folder.h"

namespace naru {
namespace {

TEST(Params, AWeightIsAFunctionOfSeedAndNameNotOfTheOrderOfConstruction) {
  Params first(1), second(1), other_seed(2);
  const Tensor a = Scope(first).param("a", {3, 4}, xavier_uniform());
  Scope(second).param("b", {5, 5}, xavier_uniform());
  const Tensor again = Scope(second).param("a", {3, 4}, xavier_uniform());
  const Tensor different = Scope(other_seed).param("a", {3, 4}, xavier_uniform());
  EXPECT_TRUE(std::ranges::equal(a.values(), again.values()));
  EXPECT_FALSE(std::ranges::equal(a.values(), different.values()));
}

TEST(Params, FusedRowsKeepTheirNamesAndShareOneBlock) {
  Params params(1);
  const Tensor block = (Scope(params) / "attention").rows({"q_proj", "k_proj"}, "weight", {2, 3}, normal(1));
  EXPECT_EQ(block.shape(), (Shape{4, 3}));
  const Tensor& key = params.named().at("attention.k_proj.weight");
  EXPECT_EQ(key.data(), block.data() + 6);
  EXPECT_EQ(params.blocks().size(), 1u);
  EXPECT_EQ(params.parameter_count(), 12);
}

TEST(Params, AskingTwiceSharesAndAnotherShapeIsRefusedByName) {
  Params params(1);
  const Tensor a = Scope(params).param("shared.weight", {2, 2}, zeros());
  EXPECT_EQ(Scope(params).param("shared.weight", {2, 2}, ones()).data(), a.data());
  try {
    Scope(params).param("shared.weight", {2, 3}, zeros());
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("shared.weight"), std::string::npos);
  }
}

TEST(Params, SavedAndLoadedIsTheSameAndWhatDoesNotFitIsNamed) {
  const TemporaryFolder folder;
  Params fresh(3);
  (Scope(fresh) / "x").rows({"q", "k"}, "weight", {2, 2}, normal(1));
  write_safetensors(folder / "w", fresh.tensors());
  const auto file = [&] { return SafetensorsFile(folder / "w"); };
  Params loaded(file());
  const Tensor block = (Scope(loaded) / "x").rows({"q", "k"}, "weight", {2, 2}, zeros());
  EXPECT_TRUE(std::ranges::equal(block.values(), fresh.blocks()[0].values()));
  EXPECT_TRUE(loaded.unused().empty());

  Params wrong(file());
  EXPECT_THROW(Scope(wrong).param("y", {1}, zeros()), Error);
  EXPECT_THROW((Scope(wrong) / "x" / "q").param("weight", {4}, zeros()), Error);
  EXPECT_EQ(Params(file()).unused().size(), 2u);
}

TEST(Params, GradientsThatDidNotArriveBecomeZeros) {
  Params params(1);
  const Tensor weight = Scope(params).param("w", {3}, ones());
  params.complete_gradients();
  EXPECT_EQ(gradient_of(weight).data()[2], 0);
  params.clear_gradients();
  EXPECT_FALSE(gradient_of(weight));
}

}  // namespace
}  // namespace naru
