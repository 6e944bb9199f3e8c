// Folders that version 0.1.0 wrote (tests/fixtures/golden) open, score and resume in this version.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "naru/evaluate/evaluation.h"
#include "naru/train/training_run.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {
namespace fs = std::filesystem;

const fs::path golden = NARU_SOURCE_DIR "/tests/fixtures/golden";

class GoldenFolder : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenFolder, ScoresAreThoseThatItsVersionGave) {
  auto pairs = read_pairs({{(golden / "corpus.tsv").string()}, false, {}});
  pairs.resize(6);
  const auto scores = score_pairs(ModelFolder::open(golden / GetParam()), pairs, 1024);
  std::ifstream expected(golden / GetParam() / "expected_scores.txt");
  for (const PairScore& score : scores) {
    double value = 0;
    ASSERT_TRUE(expected >> value);
    EXPECT_NEAR(score.log_probability, value, 1e-4 * std::abs(value));
  }
}

TEST_P(GoldenFolder, ItsCheckpointIsResumed) {
  const TemporaryFolder folder;
  fs::copy(golden / GetParam(), folder / "model", fs::copy_options::recursive);
  TrainingSpec spec{.folder = folder / "model",
                    .preset = "",
                    .settings = {"max_steps=122"},
                    .train = {(golden / "corpus.tsv").string()},
                    .dev = {},
                    .from = {},
                    .name = ""};
  TrainingRun run(spec);
  EXPECT_EQ(run.status().step, 120);
  run.run(false);
  EXPECT_EQ(run.status().step, 122);
}

INSTANTIATE_TEST_SUITE_P(Version010, GoldenFolder,
                         ::testing::Values("transformer-tiny", "transformer-small", "seq2seq", "seq2seq-attention"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace naru
