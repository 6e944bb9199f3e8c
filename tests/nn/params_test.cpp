#include "naru/nn/params.h"

#include <gtest/gtest.h>

#include <fstream>

#include "naru/ops/linear.h"

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

Params in_place(const std::filesystem::path& path) {
  return Params(SafetensorsFile(path), DType::f32, Params::Reading::in_place);
}

/// Pages of files that this process has in memory, in bytes.
int64_t resident_of_files() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word && word != "RssFile:") {
  }
  int64_t kilobytes = 0;
  status >> kilobytes;
  return kilobytes << 10;
}

TEST(Params, AFileHasThePartsOfABlockTogetherSoThatItIsUsedWhereItLies) {
  const TemporaryFolder folder;
  Params fresh(3);
  const auto block_of = [](Params& params) {
    (Scope(params) / "x" / "o").param("weight", {2, 2}, normal(1));
    return (Scope(params) / "x").rows({"q", "k", "v"}, "weight", {2, 2}, normal(1));
  };
  const Tensor block = block_of(fresh);
  write_checked_safetensors(folder / "together", fresh.sources(), {});
  write_safetensors(folder / "by name", fresh.tensors());
  EXPECT_EQ(SafetensorsFile(folder / "together").names(),
            (std::vector<std::string>{"x.o.weight", "x.q.weight", "x.k.weight", "x.v.weight"}));

  const int64_t before = memory_use(Purpose::weights).current;
  Params params = in_place(folder / "together");
  const Tensor found = block_of(params);
  EXPECT_EQ(memory_use(Purpose::weights).current, before) << "copied";
  EXPECT_TRUE(std::ranges::equal(found.values(), block.values()));
  EXPECT_TRUE(std::ranges::equal(params.named().at("x.v.weight").values(), block.rows(4, 6).values()));
  EXPECT_TRUE(params.unused().empty());

  Params parted = in_place(folder / "by name");
  EXPECT_TRUE(std::ranges::equal(block_of(parted).values(), block.values()));
  EXPECT_GT(memory_use(Purpose::weights).current, before) << "parts that lie apart cannot be one block where they are";
}

TEST(Params, AMatrixThatWasPackedNeedNotBeInMemoryASecondTime) {
  const TemporaryFolder folder;
  constexpr int64_t width = 2048, bytes = width * width * 4;
  Params fresh(3);
  const Tensor weight = Scope(fresh).param("w", {width, width}, uniform(1));
  write_safetensors(folder / "w", fresh.tensors());
  Params params = in_place(folder / "w");
  const Tensor mapped = Scope(params).param("w", {width, width}, zeros());
  const Tensor x = Tensor::zeros({1, width});
  x.data()[7] = 1;
  const int64_t before = resident_of_files();
  const Tensor y = linear(x, mapped, {});
  EXPECT_LT(resident_of_files() - before, bytes / 4);
  EXPECT_EQ(y.data()[5], weight.data()[5 * width + 7]);
  EXPECT_TRUE(std::ranges::equal(mapped.values(), weight.values())) << "it is read again where it is needed again";

  mapped.data()[5 * width + 7] = 3;
  mapped.touch();
  EXPECT_EQ(linear(x, mapped, {}).data()[5], 3.f);
  EXPECT_EQ(mapped.data()[5 * width + 7], 3.f) << "what was changed is not given up";
  EXPECT_NE(SafetensorsFile(folder / "w").tensor("w").data()[5 * width + 7], 3.f) << "the file is not written";
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
