#include "naru/nn/whole_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/compress/round_weights.h"
#include "naru/nn/params.h"

#include "tests/ops/stored_as.h"
#include "tests/temporary_folder.h"
#include "tests/tensors_near.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

TEST(WholeMatrix, GivesItsFourBitNumbersBackFromBytes) {
  for (const int64_t inner : {16, 15, 1}) {
    const Tensor numbers({3, inner}, DType::i8);
    for (int64_t i = 0; i < numbers.size(); ++i) numbers.data<int8_t>()[i] = static_cast<int8_t>(i * 7 % 16 - 8);
    const Tensor halves = to_halves(numbers);
    EXPECT_EQ(halves.shape(), (Shape{3, (inner + 1) / 2}));
    EXPECT_TRUE(std::ranges::equal(from_halves(halves, inner).values<int8_t>(), numbers.values<int8_t>()));
  }
}

TEST(WholeMatrix, TellsItsGroupByTheirNumber) {
  EXPECT_EQ(q4_of_groups(256, 8), DType::q4_32);
  EXPECT_EQ(q4_of_groups(256, 4), DType::q4_64);
  EXPECT_EQ(q4_of_groups(257, 3), DType::q4_128);
  EXPECT_EQ(q4_of_groups(256, 5), std::nullopt);
}

/// A file with a matrix [70, 45], rounded, and a vector.
struct RoundedFile : ::testing::TestWithParam<DType> {
  static constexpr int64_t rows = 70, inner = 45;
  Params fresh_ = Params(1);
  Tensor weights_ = Scope(fresh_).param("w", {rows, inner}, normal(1));
  TemporaryFolder folder_;

  NamedTensors rounded_tensors() const {
    write_safetensors(folder_ / "wide", {{"w", weights_}, {"b", Tensor::from({1.5f, 2.5f}, {2})}});
    const SafetensorsFile wide(folder_ / "wide");
    NamedTensors tensors;
    for (const auto& [name, source] : rounded_weights(sources_of(wide), uniform_dtypes(sources_of(wide), GetParam()))) {
      tensors.emplace(name, source.make());
      EXPECT_EQ(tensors.at(name).shape(), source.shape);
      EXPECT_EQ(tensors.at(name).dtype(), source.dtype);
    }
    return tensors;
  }
  Tensor opened(const NamedTensors& tensors, DType as) const {
    write_safetensors(folder_ / "small", tensors);
    Params params(SafetensorsFile(folder_ / "small"), as);
    const Tensor w = Scope(params).param("w", {rows, inner}, zeros());
    EXPECT_EQ(Scope(params).param("b", {2}, zeros()).data()[1], 2.5f);
    EXPECT_TRUE(params.unused().empty());
    return w;
  }
  std::string refused(const NamedTensors& tensors) const {
    try {
      opened(tensors, GetParam());
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
};
INSTANTIATE_TEST_SUITE_P(Weights, RoundedFile, ::testing::ValuesIn(panel_dtypes),
                         [](const auto& info) { return std::string(name(info.param)); });

TEST_P(RoundedFile, OpensAsTheWeightsRoundedInMemory) {
  const Tensor expected = meant_by(stored_as(GetParam(), weights_));
  const NamedTensors tensors = rounded_tensors();
  EXPECT_TENSORS_NEAR(meant_by(opened(tensors, GetParam())), expected, 0);
  EXPECT_TENSORS_NEAR(opened(tensors, DType::f32), expected, 0);
}

TEST_P(RoundedFile, OpensInAnyOtherPrecision) {
  const NamedTensors tensors = rounded_tensors();
  const Tensor wide = opened(tensors, DType::f32);
  for (const DType dtype : panel_dtypes) {
    if (is_q4(dtype) && is_q4(GetParam())) continue;  // with equal groups they stay as they are
    EXPECT_TENSORS_NEAR(meant_by(opened(tensors, dtype)), meant_by(stored_as(dtype, wide)), 0) << name(dtype);
  }
}

TEST_P(RoundedFile, WithScalesThatDoNotFitIsRefusedByName) {
  if (!is_quantized(GetParam())) GTEST_SKIP() << "has none";
  NamedTensors tensors = rounded_tensors();
  const Tensor scales = tensors.at("w.scale");
  tensors.at("w.scale") = Tensor::zeros({rows, 7});
  EXPECT_THAT(refused(tensors), HasSubstr("'w.scale' is [70, 7]"));
  tensors.at("w.scale") = Tensor::zeros({rows - 1});
  EXPECT_THAT(refused(tensors), HasSubstr("'w.scale' is [69]"));
  tensors.at("w.scale") = Tensor::zeros(scales.shape(), DType::i32);
  EXPECT_THAT(refused(tensors), HasSubstr("'w.scale' must be finite f32 numbers"));
  scales.data()[1] = NAN;
  tensors.at("w.scale") = scales;
  EXPECT_THAT(refused(tensors), HasSubstr("'w.scale' must be finite f32 numbers"));
  tensors.erase("w.scale");
  EXPECT_THAT(refused(tensors), HasSubstr("has no tensor 'w.scale'"));
}

TEST_P(RoundedFile, WithTooFewNumbersIsRefusedByName) {
  NamedTensors tensors = rounded_tensors();
  const Tensor w = tensors.at("w");
  tensors.at("w") = Tensor::zeros({rows, w.dim(1) - 1}, w.dtype());
  EXPECT_THAT(refused(tensors), HasSubstr("'w' is [70, "));
}

}  // namespace
}  // namespace naru
