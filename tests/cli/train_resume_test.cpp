// Training that is killed and started again ends with the same bytes as training that never was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <numeric>
#include <thread>

#include "naru/base/file.h"
#include "naru/base/random.h"
#include "naru/train/checkpoint.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::vector<double> steps_to(int last) {
  std::vector<double> steps(static_cast<size_t>(last));
  std::iota(steps.begin(), steps.end(), 1);
  return steps;
}

std::vector<fs::path> checkpoints_of(const fs::path& model) { return CheckpointFolder(model / "checkpoints").files(); }

/// Waits until the run has written a checkpoint that was not there, then a moment more; false: it ended before.
bool wait_for_progress(RunningNaru& run, const fs::path& model, std::chrono::microseconds moment) {
  const auto newest = [&] {
    const auto files = checkpoints_of(model);
    return files.empty() ? fs::path() : files.back();
  };
  const fs::path before = newest();
  while (run.running() && newest() == before) std::this_thread::sleep_for(std::chrono::microseconds(500));
  std::this_thread::sleep_for(moment);
  return run.running();
}

struct Resume : ::testing::TestWithParam<std::string> {
  SmallRuns runs;
};

TEST_P(Resume, AfterKillsAtAnyMomentEndsWithTheSameBytes) {
  const std::vector<std::string> more{"dropout=0.1", "average_decay=0.9", "checkpoint_every=3", "--max-steps", "60"};
  const ProcessResult whole = runs.train("whole", more, GetParam());
  ASSERT_EQ(whole.exit_code, 0) << whole.error;
  Random random(7);
  int kills = 0;
  for (int attempt = 0; attempt < 8; ++attempt) {
    RunningNaru run(runs.arguments("killed", more, GetParam()));
    if (!wait_for_progress(run, runs / "killed", std::chrono::microseconds(random.below(20'000)))) continue;
    run.kill();
    kills += run.wait() == 128 + 9 ? 1 : 0;
    if (!fs::exists(runs / "killed" / "model.safetensors")) continue;
    const ProcessResult verified = run_naru({"verify", runs.path("killed")});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.error;
  }
  EXPECT_GE(kills, 2);
  const ProcessResult last = runs.train("killed", more, GetParam());
  ASSERT_EQ(last.exit_code, 0) << last.error;
  EXPECT_EQ(runs.weights("killed"), runs.weights("whole"));
  EXPECT_EQ(runs.history("killed", "step"), steps_to(60));
  EXPECT_EQ(runs.history("killed", "loss"), runs.history("whole", "loss"));
  for (const auto& [name, bytes] : contents(runs / "killed")) EXPECT_EQ(name.find(".tmp"), std::string::npos) << name;
}

TEST_P(Resume, AfterKillsBeforeItsFirstCheckpointEndsWithTheSameBytes) {
  const std::vector<std::string> more{"--max-steps", "6"};
  ASSERT_EQ(runs.train("whole", more, GetParam()).exit_code, 0);
  for (const int milliseconds : {1, 3, 6, 10, 15, 20, 25, 30, 40, 60}) {  // corpus, vocabulary, ids, first weights
    RunningNaru run(runs.arguments("killed", more, GetParam()));
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    run.kill();
    run.wait();
  }
  const ProcessResult last = runs.train("killed", more, GetParam());
  ASSERT_EQ(last.exit_code, 0) << last.error;
  EXPECT_EQ(runs.weights("killed"), runs.weights("whole"));
  EXPECT_EQ(runs.history("killed", "loss"), runs.history("whole", "loss"));
}

TEST_P(Resume, OnAnyNumberOfThreadsTheBytesAreTheSame) {
  for (const std::string precision : {"f32", "bf16"}) {
    const auto train = [&](const std::string& threads) {
      const std::string model = precision + threads;
      EXPECT_EQ(runs.train(model, {"--max-steps", "12", "--threads", threads, "--precision", precision}, GetParam())
                    .exit_code,
                0);
      return runs.weights(model);
    };
    EXPECT_EQ(train("1"), train("2")) << precision;
  }
  ASSERT_EQ(runs.train("other", {"--max-steps", "12", "--seed", "2"}, GetParam()).exit_code, 0);
  EXPECT_NE(runs.weights("f321"), runs.weights("other"));
}

INSTANTIATE_TEST_SUITE_P(, Resume, ::testing::Values("transformer-tiny", "seq2seq-attention"), [](const auto& info) {
  return std::string(info.param == "transformer-tiny" ? "Transformer" : "Recurrent");
});

TEST(ResumeWithMemoryLimitAndDev, KeepsTheSameBestModel) {
  const SmallRuns runs;
  std::vector<std::string> more{
      "validate_every=4",  "max_length=20", "--batch-tokens", "1000", "--max-steps", "40", "--dev",
      runs.path("dev.tsv")};
  const int64_t needed = planned_megabytes(runs.train("unlimited", more).error);
  more.insert(more.end(), {"--ram", fmt::format("{}M", needed - 1)});
  const ProcessResult whole = runs.train("whole", more);
  ASSERT_EQ(whole.exit_code, 0) << whole.error;
  EXPECT_THAT(whole.error, HasSubstr("goes through in parts of at most"));
  int kills = 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    RunningNaru run(runs.arguments("killed", more));
    wait_for_progress(run, runs / "killed", std::chrono::milliseconds(3));
    run.kill();
    kills += run.wait() == 128 + 9 ? 1 : 0;
  }
  EXPECT_GE(kills, 1);
  ASSERT_EQ(runs.train("killed", more).exit_code, 0);
  EXPECT_EQ(runs.weights("killed"), runs.weights("whole"));
  EXPECT_EQ(runs.history("killed", "dev_loss"), runs.history("whole", "dev_loss"));
}

TEST(ResumeWithAnotherMeasure, LooksForTheBestModelAnew) {
  const SmallRuns runs;
  const std::vector<std::string> dev{"validate_every=4", "--dev", runs.path("dev.tsv"), "--max-steps"};
  const auto with = [&](const char* steps, const char* measure) {
    std::vector<std::string> all{measure};
    all.insert(all.end(), dev.begin(), dev.end());
    all.emplace_back(steps);
    return all;
  };
  ASSERT_EQ(runs.train("model", with("4", "validate_by=chrf")).exit_code, 0);
  std::vector<std::string> of_fewer = with("8", "validate_by=chrf");
  of_fewer.insert(of_fewer.begin(), "validate_sentences=2");
  const ProcessResult fewer = runs.train("model", of_fewer);
  EXPECT_EQ(fewer.exit_code, 0);
  EXPECT_THAT(fewer.error, HasSubstr("validation is not what it was"));
  const ProcessResult other = runs.train("model", with("12", "validate_by=loss"));
  EXPECT_THAT(other.error, HasSubstr("validation is not what it was: the best is looked for anew"));
  EXPECT_THAT(other.error, HasSubstr("the best so far"));
  const ProcessResult same = runs.train("model", with("16", "validate_by=loss"));
  EXPECT_EQ(same.error.find("looked for anew"), std::string::npos);
}

TEST(ResumeWithoutItsDevelopmentSet, IsRefusedAndTheBestModelStands) {
  const SmallRuns runs;
  ASSERT_EQ(runs.train("model", {"validate_every=4", "--max-steps", "8", "--dev", runs.path("dev.tsv")}).exit_code, 0);
  const std::string best = runs.weights("model");
  const ProcessResult without = runs.train("model", {"--max-steps", "12"});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.error, HasSubstr("give its --dev, or start over with --fresh"));
  EXPECT_EQ(runs.weights("model"), best);
}

TEST(ResumeWithOtherBatches, BeginsThePassOverTheCorpusAnewAndStaysResumable) {
  const SmallRuns runs;
  ASSERT_EQ(runs.train("model", {"--max-steps", "9"}).exit_code, 0);
  const ProcessResult larger = runs.train("model", {"--max-steps", "11", "--batch-tokens", "1000"});
  EXPECT_EQ(larger.exit_code, 0);
  EXPECT_THAT(larger.error, HasSubstr("batches have 1000 target tokens now instead of 100"));
  const ProcessResult again = runs.train("model", {"--max-steps", "12", "--batch-tokens", "1000"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.error.find("batches have"), std::string::npos);
  EXPECT_EQ(runs.history("model", "step"), steps_to(12));
}

TEST(ResumeAfterCtrlC, AveragesTheSameCheckpoints) {
  const SmallRuns runs;
  const std::vector<std::string> more{"average_last=2", "checkpoint_every=20", "--max-steps", "600"};
  ASSERT_EQ(runs.train("whole", more).exit_code, 0);
  for (int stops = 0; stops < 3; ++stops) {
    RunningNaru run(runs.arguments("stopped", more));
    wait_for_progress(run, runs / "stopped", std::chrono::milliseconds(30));
    run.stop();
    EXPECT_EQ(run.wait(), 0);
  }
  ASSERT_EQ(runs.train("stopped", more).exit_code, 0);
  EXPECT_EQ(runs.weights("stopped"), runs.weights("whole"));
}

TEST(ResumeFromBetweenTwoCheckpoints, AveragesTheSameThoughNoMoreAreKept) {
  const SmallRuns runs;
  const auto to = [&](const char* model, const char* steps) {
    return runs.train(model, {"average_last=3", "keep_checkpoints=3", "checkpoint_every=20", "schedule=constant",
                              "--max-steps", steps});
  };
  ASSERT_EQ(to("whole", "60").exit_code, 0);
  ASSERT_EQ(to("stopped", "50").exit_code, 0);
  ASSERT_EQ(to("stopped", "60").exit_code, 0);
  EXPECT_EQ(runs.weights("stopped"), runs.weights("whole"));
}

TEST(TrainingWhoseLogIsReadNoMore, GoesOnToItsEnd) {
  const SmallRuns runs;
  std::string command = NARU_COMMAND;
  for (const std::string& word : runs.arguments("model", {"--max-steps", "5"})) command += " '" + word + "'";
  write_file(runs / "script", command + " 2>&1 | true; exit ${PIPESTATUS[0]}");
  EXPECT_EQ(std::system(("bash " + runs.path("script")).c_str()), 0);
  EXPECT_EQ(runs.history("model", "step"), steps_to(5));
}

struct DamagedCheckpoint : ::testing::Test {
  DamagedCheckpoint() {
    const ProcessResult whole = runs.train("model", {"--max-steps", "20"});
    EXPECT_EQ(whole.exit_code, 0) << whole.error;
    model = runs.weights("model");
    files = checkpoints_of(runs / "model");
  }
  SmallRuns runs;
  std::string model;
  std::vector<fs::path> files;
};

TEST_F(DamagedCheckpoint, IsNamedAndTheOneBeforeTaken) {
  ASSERT_EQ(files.size(), 3);
  std::string flipped = read_file(files[2]);
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
  write_file(files[2], flipped);
  write_file(files[1], read_file(files[1]).substr(0, 5000));
  const ProcessResult resumed = runs.train("model", {"--max-steps", "20"});
  EXPECT_EQ(resumed.exit_code, 0);
  EXPECT_THAT(resumed.error, HasSubstr(files[2].string()));
  EXPECT_THAT(resumed.error, HasSubstr(files[1].string()));
  EXPECT_THAT(resumed.error, HasSubstr("resumed at step 10"));
  EXPECT_EQ(runs.weights("model"), model);
  EXPECT_EQ(runs.history("model", "step"), steps_to(20));
}

TEST_F(DamagedCheckpoint, WithNoWholeOneBeforeItEndsTheRunAndLosesNothing) {
  for (const fs::path& file : files) write_file(file, "");
  const auto before = contents(runs / "model");
  const ProcessResult resumed = runs.train("model", {"--max-steps", "30"});
  EXPECT_EQ(resumed.exit_code, 2);
  EXPECT_THAT(resumed.error, HasSubstr("holds no whole checkpoint; --fresh starts over"));
  EXPECT_EQ(contents(runs / "model"), before);
}

}  // namespace
}  // namespace naru
