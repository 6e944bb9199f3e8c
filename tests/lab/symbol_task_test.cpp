#include "naru/lab/symbol_task.h"

#include <gtest/gtest.h>

namespace naru {
namespace {

TEST(SymbolTask, ExamplesAreWhatTheirTaskSays) {
  Random random(3);
  const TokenPair copied = example(SymbolTask::copy, 5, 32, random);
  EXPECT_EQ(copied.source.size(), 5u);
  EXPECT_EQ(copied.target, copied.source);
  TokenPair reversed = example(SymbolTask::reverse, 5, 32, random);
  std::ranges::reverse(reversed.target);
  EXPECT_EQ(reversed.target, reversed.source);
  for (int trial = 0; trial < 100; ++trial) {
    const TokenPair recalled = example(SymbolTask::recall, 8, 32, random);
    ASSERT_EQ(recalled.source.size(), 9u);
    int found = 0;
    for (size_t i = 0; i < 8; i += 2)
      if (recalled.source[i] == recalled.source.back()) {
        ++found;
        EXPECT_EQ(recalled.target, std::vector{recalled.source[i + 1]});
      }
    EXPECT_EQ(found, 1);
  }
}

TEST(SymbolTask, AnAttentionModelLearnsToCopyAndAnUntrainedOneCannot) {
  SymbolLearner learner({.task = SymbolTask::copy,
                         .preset = "seq2seq-attention",
                         .settings = {"width=48", "learning_rate=1e-2"},
                         .symbols = 8,
                         .shortest = 3,
                         .longest = 5});
  EXPECT_LT(learner.exact(5, 50), 0.1);
  learner.learn(300);
  EXPECT_GT(learner.exact(5, 50), 0.9);
}

}  // namespace
}  // namespace naru
