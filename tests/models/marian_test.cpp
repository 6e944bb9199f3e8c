#include "naru/models/marian.h"

#include <gtest/gtest.h>

#include "naru/base/error.h"
#include "naru/base/file.h"

namespace naru {
namespace {

/// The reference's config.json with something else in place of `there`.
TransformerConfig config_with(const std::string& there, const std::string& other) {
  std::string text = read_file(NARU_SOURCE_DIR "/tests/fixtures/hf/marian/config.json");
  text.replace(text.find(there), there.size(), other);
  return marian_config(text, "config.json");
}

TransformerConfig config_with(const std::string& activation) {
  return config_with(R"("activation_function": "swish")", R"("activation_function": ")" + activation + "\"");
}

TEST(Marian, NumbersOutOfTheirRangeAreRefused) {
  EXPECT_EQ(config_with(R"("encoder_attention_heads": 4)", R"("encoder_attention_heads": 4)").heads, 4);
  EXPECT_THROW(config_with(R"("d_model": 32)", R"("d_model": 0)"), Error);
  EXPECT_THROW(config_with(R"("encoder_layers": 2)", R"("encoder_layers": -1)"), Error);
}

TEST(Marian, ActivationsMeanWhatHuggingFaceMeansByThem) {
  EXPECT_EQ(config_with("swish").activation, "silu");
  EXPECT_EQ(config_with("relu").activation, "relu");
  EXPECT_EQ(config_with("gelu").activation, "gelu_erf");
  EXPECT_EQ(config_with("gelu_new").activation, "gelu");
  EXPECT_THROW(config_with("quick_gelu"), Error);
}

}  // namespace
}  // namespace naru
