#include "naru/train/history.h"

#include <gtest/gtest.h>

#include <limits>

#include "naru/base/file.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

HistoryRow row(int64_t step, double dev_loss) {
  return {.step = step,
          .epoch = 0,
          .target_tokens = 10,
          .loss = 3,
          .learning_rate = 1e-3,
          .gradient_norm = 1,
          .seconds = 0.1,
          .validation = {{"dev_loss", dev_loss}}};
}

TEST(HistoryFile, OfALossThatWasNoNumberIsStillRead) {
  const TemporaryFolder folder;
  {
    History history(folder / "history.jsonl", 0);
    history.add(row(1, std::numeric_limits<double>::quiet_NaN()));
    history.add(row(2, 5));
    history.add(row(3, 6));
  }
  const HistorySummary summary = read_history(folder / "history.jsonl");
  EXPECT_EQ(summary.steps, 3);
  EXPECT_EQ(summary.target_tokens, 30);
  EXPECT_EQ(summary.best.at("dev_loss"), (std::pair<double, int64_t>{5, 2}));
}

TEST(HistoryFile, GoesOnBehindTheStepAndDropsWhatIsNoRow) {
  const TemporaryFolder folder;
  {
    History history(folder / "history.jsonl", 0);
    for (int64_t step = 1; step <= 3; ++step) history.add(row(step, 4));
  }
  const std::string rows = read_file(folder / "history.jsonl");
  write_file(folder / "history.jsonl", rows + "{\"step\":\"x\"}\n[2]\n{\"step\":2,");
  History(folder / "history.jsonl", 2).add(row(3, 4));
  EXPECT_EQ(read_file(folder / "history.jsonl"), rows);
}

}  // namespace
}  // namespace naru
