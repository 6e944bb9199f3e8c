// Transformers whose layers have heads and feed-forward widths of their own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/models/tiny_models.h"
#include "tests/tensors_near.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

constexpr int64_t head = 8, kept_units = 18;  // of 2 heads and 24 units

/// Rows or columns [0, kept) of a matrix or vector; `zeroed`: as large as it was, the others 0.
Tensor first(const Tensor& x, int64_t rows, int64_t columns, const char* how) {
  const bool zeroed = std::string(how) == "zeroed";
  const int64_t width = x.rank() == 2 ? x.dim(1) : 1, kept_width = x.rank() == 2 ? columns : 1;
  const int64_t out_rows = zeroed ? x.dim(0) : rows, out_width = zeroed ? width : kept_width;
  const Tensor y = Tensor::zeros(x.rank() == 2 ? Shape{out_rows, out_width} : Shape{out_rows});
  for (int64_t i = 0; i < rows; ++i) std::copy_n(x.data() + i * width, kept_width, y.data() + i * out_width);
  return y;
}

/// The cross-attention's first head and the encoder's first units alone are kept, "pruned" or "zeroed".
NamedTensors cut(NamedTensors tensors, const char* how) {
  const std::string cross = "model.decoder.layers.1.encoder_attn.", layer = "model.encoder.layers.0.";
  for (const char* part : {"q_proj", "k_proj", "v_proj"})
    for (const char* leaf : {".weight", ".bias"}) {
      Tensor& x = tensors.at(cross + part + leaf);
      x = first(x, head, 16, how);
    }
  tensors.at(cross + "out_proj.weight") = first(tensors.at(cross + "out_proj.weight"), 16, head, how);
  for (const char* leaf : {"fc1.weight", "fc1.bias"})
    tensors.at(layer + leaf) = first(tensors.at(layer + leaf), kept_units, 16, how);
  tensors.at(layer + "fc2.weight") = first(tensors.at(layer + "fc2.weight"), 16, kept_units, how);
  return tensors;
}

Tensor hidden(const Model& model) {
  const auto state = model.decoder()->start(Ragged::from({{3, 4, 5, 0}, {6, 0}}));
  return model.decoder()->append(*state, Ragged::from({{0, 7, 8}, {0, 9}}));
}

TEST(UnevenLayers, AreTheModelWhoseOtherWeightsAreZero) {
  const ModelConfig even = tiny_config("transformer");
  const NamedTensors tensors = tiny_model("transformer")->params().tensors();
  ModelConfig uneven = even;
  for (const auto& [key, values] : std::vector<std::pair<const char*, std::vector<const char*>>>{
           {"cross_heads", {"2", "1"}}, {"encoder_feed_forward", {"18", "24"}}})
    for (const char* value : values) ASSERT_TRUE(set_option(uneven, key, value));
  uneven = config_from_json(to_json(uneven), "config.json");
  const auto pruned = build(uneven, Params(cut(tensors, "pruned"), "pruned"));
  const auto zeroed = build(even, Params(cut(tensors, "zeroed"), "zeroed"));
  EXPECT_TENSORS_NEAR(hidden(*pruned), hidden(*zeroed), 1e-5);
  EXPECT_LT(pruned->params().parameter_count(), zeroed->params().parameter_count());
  EXPECT_LT(pruned->matrix_flops_per_token().first, zeroed->matrix_flops_per_token().first);
}

TEST(UnevenLayers, AreNamedInAConfigOnlyWhereThereAreAny) {
  EXPECT_EQ(to_json(tiny_config("transformer")).find("cross_heads"), std::string::npos);
  const auto refused = [](const std::string& lists) {
    try {
      build(config_from_json(R"({"model_type": "naru-transformer", "encoder_layers": 2, )" + lists + "}", "c.json"),
            Params::shapes_only());
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refused(R"("encoder_heads": [3, 1])"), "");
  EXPECT_THAT(refused(R"("encoder_heads": [3])"), HasSubstr("encoder_heads: has 1 numbers for 2 layers"));
  EXPECT_THAT(refused(R"("encoder_heads": [3, 0])"), HasSubstr("'0' is not a whole number of at least 1"));
  EXPECT_THAT(refused(R"("encoder_heads": 3)"), HasSubstr("encoder_heads must be a list"));
  EXPECT_THAT(refused(R"("heads": [3])"), HasSubstr("heads must not be a list"));
}

}  // namespace
}  // namespace naru
