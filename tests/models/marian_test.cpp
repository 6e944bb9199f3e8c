#include "naru/models/marian.h"

#include <gtest/gtest.h>

#include "naru/base/error.h"
#include "naru/base/file.h"

namespace naru {
namespace {

/// The reference's config.json with another activation.
TransformerConfig config_with(const std::string& activation) {
  std::string text = read_file(NARU_SOURCE_DIR "/tests/fixtures/hf/marian/config.json");
  const std::string there = "\"activation_function\": \"swish\"";
  text.replace(text.find(there), there.size(), "\"activation_function\": \"" + activation + "\"");
  return marian_config(text, "config.json");
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
