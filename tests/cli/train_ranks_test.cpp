// Many processes on one model: mpirun -np N naru train.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "naru/base/file.h"
#include "naru/tensor/safetensors.h"
#include "naru/train/checkpoint.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class TrainRanks : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
#ifndef NARU_MPIRUN
    GTEST_SKIP() << "naru was built without MPI (libopenmpi-dev)";
#endif
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);  // Open MPI ends without giving all of its memory back
  }
  /// mpirun for a test: also as root, more ranks than cores, one thread each.
  static std::vector<std::string> launcher(int ranks) {
#ifdef NARU_MPIRUN
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    setenv("OMPI_MCA_rmaps_base_oversubscribe", "1", 1);
    return {NARU_MPIRUN, "--bind-to", "none", "-np", std::to_string(ranks)};
#else
    return {std::to_string(ranks)};
#endif
  }
  std::vector<std::string> arguments(const std::string& model, int batch_tokens, int max_steps,
                                     const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{
        "dropout=0.1",    "average_decay=0.5",          "--max-steps", std::to_string(max_steps),
        "--batch-tokens", std::to_string(batch_tokens), "--threads",   "1"};
    all.insert(all.end(), more.begin(), more.end());
    return runs_.arguments(model, all, GetParam());
  }
  ProcessResult train(const std::string& model, int ranks, int batch_tokens, int max_steps,
                      const std::vector<std::string>& more = {}) const {
    return run_naru(arguments(model, batch_tokens, max_steps, more), "", launcher(ranks));
  }
  void trained(const std::string& model, int ranks, int batch_tokens, int max_steps,
               const std::vector<std::string>& more = {}) const {
    const ProcessResult result = train(model, ranks, batch_tokens, max_steps, more);
    ASSERT_EQ(result.exit_code, 0) << result.error;
  }
  /// Of all weights together: |a - b| / |a|.
  double difference(const std::string& a, const std::string& b) const {
    const SafetensorsFile first(runs_ / a / "model.safetensors"), second(runs_ / b / "model.safetensors");
    double apart = 0, whole = 0;
    for (const std::string& name : first.names()) {
      const Tensor x = first.tensor(name), y = second.tensor(name);
      for (int64_t i = 0; i < x.size(); ++i) {
        apart += std::pow(static_cast<double>(x.data()[i]) - static_cast<double>(y.data()[i]), 2);
        whole += std::pow(static_cast<double>(x.data()[i]), 2);
      }
    }
    return std::sqrt(apart / whole);
  }
  void expect_same_run(const std::string& a, const std::string& b) const {
    EXPECT_LT(difference(a, b), 2e-3) << "keys' biases have no gradient but rounding, along which Adam steps";
    const auto losses = runs_.history(a, "loss"), others = runs_.history(b, "loss");
    ASSERT_EQ(losses.size(), others.size());
    for (size_t i = 0; i < losses.size(); ++i) EXPECT_NEAR(losses[i], others[i], 1e-4) << "step " << i + 1;
    EXPECT_EQ(runs_.history(a, "target_tokens"), runs_.history(b, "target_tokens"));
  }

  SmallRuns runs_;
};

TEST_P(TrainRanks, TwoAndThreeTrainAsOneWithABatchAsLarge) {
  trained("one", 1, 300, 8);
  trained("two", 2, 150, 8);
  trained("three", 3, 100, 8);
  expect_same_run("one", "two");
  expect_same_run("one", "three");
}

TEST_P(TrainRanks, AnotherNumberOfThemResumesACheckpoint) {
  trained("one", 1, 300, 8);
  const std::vector<std::string> planned{"--set", "schedule=constant"};
  trained("whole", 1, 300, 8, planned);
  trained("parted", 2, 150, 3, planned);
  trained("parted", 3, 100, 6, planned);
  trained("parted", 1, 300, 8, planned);
  expect_same_run("whole", "parted");
}

TEST_P(TrainRanks, TheSameNumberGivesTheSameBytes) {
  trained("first", 2, 150, 6, {"--dev", runs_.path("dev.tsv"), "--set", "validate_every=2"});
  trained("second", 2, 150, 6, {"--dev", runs_.path("dev.tsv"), "--set", "validate_every=2"});
  EXPECT_EQ(runs_.weights("first"), runs_.weights("second"));
}

TEST_P(TrainRanks, MixedPrecisionAndRecomputationGoTogetherWithThem) {
  const std::vector<std::string> more{"--precision", "bf16", "--set", "recompute=layers"};
  trained("one", 1, 300, 6, more);
  trained("two", 2, 150, 6, more);
  const auto losses = runs_.history("one", "loss"), others = runs_.history("two", "loss");
  ASSERT_EQ(losses.size(), others.size());
  for (size_t i = 0; i < losses.size(); ++i) EXPECT_NEAR(losses[i], others[i], 0.02) << "step " << i + 1;
}

TEST_P(TrainRanks, MuonsMatricesAreSharedOut) {
  trained("one", 1, 300, 6, {"--set", "optimizer=muon"});
  trained("two", 2, 150, 6, {"--set", "optimizer=muon"});
  expect_same_run("one", "two");
}

TEST_P(TrainRanks, AllOfThemComputeWithTheSameRoundedWeights) {
  trained("one", 1, 300, 6, {"--set", "quantize=int8"});
  trained("two", 2, 150, 6, {"--set", "quantize=int8"});
  trained("exact", 1, 300, 6);
  expect_same_run("one", "two");
  EXPECT_NE(runs_.history("one", "loss"), runs_.history("exact", "loss"));
}

TEST_P(TrainRanks, LargeWeightsTravelByThemselvesAndSmallOnesTogether) {
  const std::vector<std::string> wide{"--set", "width=592", "learning_rate=1e-4"};  // more than a million in a block
  trained("one", 1, 300, 3, wide);
  trained("two", 2, 150, 3, wide);
  expect_same_run("one", "two");
}

TEST_P(TrainRanks, AMistakeEndsAllOfThemWithOneLineAndNoFolder) {
  write_file(runs_ / "bad.tsv", "a\tb\nno tab here\n");
  const ProcessResult result = train("model", 2, 150, 8, {"--train", runs_.path("bad.tsv")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("bad.tsv:2: "));
  EXPECT_FALSE(fs::exists(runs_ / "model"));
}

TEST_P(TrainRanks, ProcessesThatDoNotFindEachOtherEndInsteadOfTrainingApart) {
  const ProcessResult result = run_naru(arguments("model", 150, 8), "", {"env", "PMI_SIZE=2"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("MPI: the launcher started 2 processes, but 1 found each other"));
  EXPECT_FALSE(fs::exists(runs_ / "model"));
}

/// The children of a process, by /proc.
std::vector<pid_t> naru_processes_in(const std::string& folder) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const pid_t process = std::atoi(entry.path().filename().c_str());
    if (process == 0) continue;
    std::ifstream file(entry.path() / "cmdline");
    std::string words((std::istreambuf_iterator<char>(file)), {});
    if (words.starts_with(NARU_COMMAND) && words.find(folder) != std::string::npos) found.push_back(process);
  }
  return found;
}

TEST_P(TrainRanks, ALostRankEndsTheJobAndTheLastCheckpointIsWhole) {
  RunningNaru job(arguments("model", 150, 100000), launcher(2));
  const auto has_checkpoints = [&] { return CheckpointFolder(runs_ / "model" / "checkpoints").files().size() >= 3; };
  for (int i = 0; i < 2000 && !has_checkpoints(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const std::vector<pid_t> processes = naru_processes_in(runs_.path("model"));
  ASSERT_EQ(processes.size(), 2u);
  ::kill(processes[1], SIGKILL);
  EXPECT_NE(job.wait(), 0);
  const auto newest = CheckpointFolder(runs_ / "model" / "checkpoints").newest(1);
  ASSERT_FALSE(newest.empty());
  const auto step = static_cast<int>(newest[0].step());
  trained("model", 2, 150, step + 2);
  EXPECT_EQ(runs_.history("model", "loss").size(), static_cast<size_t>(step) + 2);
}

INSTANTIATE_TEST_SUITE_P(Presets, TrainRanks, testing::Values("transformer-tiny", "seq2seq-attention"),
                         [](const auto& info) {
                           return std::string(info.param).substr(0, 7) == "seq2seq" ? "seq2seq" : "transformer";
                         });

}  // namespace
}  // namespace naru
