#include "naru/lab/encoder_rows.h"

#include <gtest/gtest.h>

#include <numeric>

namespace naru {
namespace {

ModelFolder golden(const char* name) {
  return ModelFolder::open(std::string(NARU_SOURCE_DIR) + "/tests/fixtures/golden/" + name);
}

TEST(EncoderRows, AStateOfARecurrentEncoderKnowsOnlyWhatWasRead) {
  const ModelFolder folder = golden("seq2seq");  // reads from the end
  const auto layers = encoder_rows(*folder.model, {{5, 6, 7, 0}, {8, 6, 7, 0}, {5, 6, 8, 0}});
  ASSERT_GE(layers.size(), 2u);
  EXPECT_EQ(layers[0].name, "encoder.0");
  const auto& lines = layers.back().lines;
  ASSERT_EQ(lines[0].size(), 4u);
  EXPECT_EQ(lines[0][1], lines[1][1]);  // the first word was not read yet
  EXPECT_NE(lines[0][0], lines[1][0]);
  EXPECT_NE(lines[0][1], lines[2][1]);  // the third was
  EXPECT_EQ(layers[0].lines[0][0], layers[0].lines[2][0]);
}

TEST(EncoderRows, OfATransformerEveryStateKnowsAllWords) {
  const ModelFolder folder = golden("transformer-tiny");
  const auto layers = encoder_rows(*folder.model, {{5, 6, 7, 0}, {8, 6, 7, 0}});
  EXPECT_NE(layers.back().lines[0][2], layers.back().lines[1][2]);
  EXPECT_EQ(layers[0].lines[0][2], layers[0].lines[1][2]);
}

double sum(const std::vector<double>& row) { return std::accumulate(row.begin(), row.end(), 0.0); }

TEST(EncoderRows, LooksAreByWordsAndAddUpToOne) {
  const ModelFolder folder = golden("transformer-tiny");
  const Looks self = self_looks(folder, "a b c"), source = source_looks(folder, "a b c", "a b");
  ASSERT_EQ(self.size(), 3u);
  ASSERT_EQ(source.size(), 2u);
  for (const std::vector<double>& row : self) {
    EXPECT_EQ(row.size(), 4u);  // three words and the end
    EXPECT_NEAR(sum(row), 1, 1e-5);
  }
  for (const std::vector<double>& row : source) EXPECT_NEAR(sum(row), 1, 1e-5);
  EXPECT_TRUE(self_looks(golden("seq2seq-attention"), "a b").empty());
  EXPECT_EQ(source_looks(golden("seq2seq-attention"), "a b", "b a").size(), 2u);
  EXPECT_TRUE(source_looks(golden("seq2seq"), "a b", "b a").empty());
}

}  // namespace
}  // namespace naru
