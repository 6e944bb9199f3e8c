#include "naru/train/progress.h"

#include <gtest/gtest.h>

namespace naru {
namespace {

TEST(Progress, ATerminalOf80ColumnsShowsEverythingToTheLearningRate) {
  const Progress::Now now{.step = 1234,
                          .epoch = 0,
                          .target_tokens = 4096,
                          .loss = 4.123,
                          .nll = 3.1,
                          .learning_rate = 0.00456,
                          .step_seconds = 2,
                          .share_done = 0.01,
                          .active_seconds = 72};
  Progress progress;
  progress.show(now);
  const std::string line = progress.line(now);
  const size_t learning_rate = line.find("lr 0.0046");
  EXPECT_LE(learning_rate + 9, 79u) << line;  // the last column would make the terminal wrap
  EXPECT_EQ(line, "step 1234 epoch 0 | 1:58:48 left | loss 4.123 ppl 22.2 | 2048 tok/s | lr 0.0046 | 1:12");
}

}  // namespace
}  // namespace naru
