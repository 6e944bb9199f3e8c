// One model for both directions: trained with `--both`, turned with `--swap`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <sstream>
#include <thread>

#include "naru/base/file.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

const std::vector<std::string> able{"vocabulary=400",
                                    "width=32",
                                    "feed_forward=64",
                                    "learning_rate=0.01",
                                    "warmup=20",
                                    "dropout=0",
                                    "label_smoothing=0",
                                    "checkpoint_every=150",
                                    "--both",
                                    "--batch-tokens",
                                    "600",
                                    "--max-steps",
                                    "600"};

/// The small table's columns, each as lines of a text.
std::pair<std::string, std::string> columns(const std::string& table) {
  std::pair<std::string, std::string> texts;
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    texts.first += line.substr(0, line.find('\t')) + "\n";
    texts.second += line.substr(line.find('\t') + 1) + "\n";
  }
  return texts;
}

int word_count(const std::string& line) {
  std::istringstream words(line);
  return static_cast<int>(std::distance(std::istream_iterator<std::string>(words), {}));
}

struct BothDirections : ::testing::Test {
  static void SetUpTestSuite() {
    runs_ = new SmallRuns;
    trained_ = runs_->train("model", able);
    ASSERT_EQ(trained_.exit_code, 0) << trained_.error;
    ASSERT_EQ(runs_->train("one", {"--max-steps", "1"}).exit_code, 0);
  }
  static void TearDownTestSuite() { delete runs_; }
  static SmallRuns& runs() { return *runs_; }

  static nlohmann::json measured(std::vector<std::string> command) {
    command.insert(command.end(), {"--model", runs().path("model"), "--test", runs().path("dev.tsv"), "--json"});
    const ProcessResult result = run_naru(command);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return nlohmann::json::parse(result.out);
  }
  /// The last line about a run into the folder `model`.
  static std::string refused(const std::string& model, const std::vector<std::string>& more) {
    const ProcessResult result = runs().train(model, more);
    EXPECT_EQ(result.exit_code, 2) << result.error;
    EXPECT_EQ(std::ranges::count(result.error, '\n'), 1) << result.error;
    return result.error;
  }

  static inline ProcessResult trained_;

 private:
  static inline SmallRuns* runs_ = nullptr;
};

TEST_F(BothDirections, AreLearnedFromEachPair) {
  EXPECT_THAT(trained_.error, HasSubstr("200 lines: 400 pairs"));
  EXPECT_TRUE(runs().bytes("model/source.spm") == runs().bytes("model/target.spm"));
  for (const char* swap : {"", "--swap"}) {
    std::vector<std::string> command{"evaluate", "--metric", "chrf"};
    if (*swap) command.emplace_back(swap);
    EXPECT_GT(measured(command).at("metrics")[0].at("score"), 30) << swap;
  }
}

TEST_F(BothDirections, AreChosenBySwapInTranslateScoreAndEvaluateAlike) {
  const auto [korean, english] = columns(runs().bytes("dev.tsv"));
  const std::string model = runs().path("model"), written = runs().path("written");
  for (const bool swap : {false, true}) {
    std::vector<std::string> translate{"translate", "--model", model}, evaluate{"evaluate", "--hypotheses", written};
    if (swap) translate.emplace_back("--swap"), evaluate.emplace_back("--swap");
    measured(evaluate);
    const ProcessResult result = run_naru(translate, swap ? english : korean);
    ASSERT_EQ(result.exit_code, 0) << result.error;
    EXPECT_EQ(result.out, runs().bytes("written"));
    EXPECT_THAT(result.out, HasSubstr(swap ? "고양이" : "cat"));
  }
  EXPECT_LT(measured({"score", "--swap"}).at("perplexity"), 10);
  EXPECT_LT(measured({"score"}).at("perplexity"), 10);
}

TEST_F(BothDirections, AreToldApartByATagWhateverTheText) {
  const std::vector<std::string> forward{"translate", "--model", runs().path("model"), "--scores"};
  std::vector<std::string> back = forward;
  back.emplace_back("--swap");
  EXPECT_NE(run_naru(forward, "cat dog\n").out, run_naru(back, "cat dog\n").out);
}

TEST_F(BothDirections, LeaveEmptyLinesAndAlignmentsAsTheyAre) {
  const std::string pairs = runs().path("pairs");
  const std::string source = "dog cat\n\nred bird\n";
  const ProcessResult result =
      run_naru({"translate", "--swap", "--model", runs().path("model"), "--alignments", pairs}, source);
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 3);
  EXPECT_THAT(result.out, HasSubstr("\n\n"));
  std::istringstream links(runs().bytes("pairs")), sources(source), targets(result.out);
  int seen = 0;
  for (std::string line, read, written; std::getline(links, line); ++seen) {
    ASSERT_TRUE(std::getline(sources, read) && std::getline(targets, written));
    std::istringstream pair(line);
    int from = -1, to = -1;
    for (char dash = 0; pair >> from >> dash >> to; ++seen) {
      EXPECT_LT(from, word_count(read));
      EXPECT_LT(to, word_count(written));
    }
  }
  EXPECT_GT(seen, 3);
}

TEST_F(BothDirections, AreNotAskedOfAModelThatKnowsOne) {
  const ProcessResult result = run_naru({"translate", "--model", runs().path("one"), "--swap"}, "dog\n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.error, "--swap: " + runs().path("one") +
                              " translates in one direction only; train with --both for a model that knows both\n");
  EXPECT_EQ(result.out, "");
}

TEST_F(BothDirections, NeedOneVocabularyAndTheSameFlagAgain) {
  EXPECT_THAT(refused("new", {"shared_vocabulary=false", "--both"}),
              HasSubstr("--set shared_vocabulary=false: --both"));
  EXPECT_THAT(refused("new", {"--both", "--swap"}), HasSubstr("leave one of them out"));
  EXPECT_FALSE(std::filesystem::exists(runs() / "new"));
  EXPECT_THAT(refused("one", {"--both", "--max-steps", "9"}), HasSubstr("knows one direction only"));
  EXPECT_THAT(refused("model", {"width=32", "feed_forward=64", "vocabulary=400", "--max-steps", "900"}),
              HasSubstr("train it with --both"));
  EXPECT_THAT(refused("new", {"width=32", "feed_forward=64", "--from", runs().path("model")}),
              HasSubstr("train it with --both"));
  EXPECT_THAT(refused("new", {"--both", "--from", runs().path("one")}), HasSubstr("knows one direction only"));
}

TEST_F(BothDirections, StartFromAModelThatKnowsThem) {
  const ProcessResult next = runs().train(
      "next", {"width=32", "feed_forward=64", "--both", "--from", runs().path("model"), "--max-steps", "2"});
  ASSERT_EQ(next.exit_code, 0) << next.error;
  EXPECT_LT(runs().history("next", "loss")[0], runs().history("model", "loss")[0]);
}

TEST_F(BothDirections, ResumeToTheSameBytesAndValidateInBoth) {
  const std::vector<std::string> more{"vocabulary=400", "validate_every=4",    "validate_by=bleu",
                                      "--both",         "--max-steps",         "24",
                                      "--dev",          runs().path("dev.tsv")};
  const ProcessResult whole = runs().train("whole", more, "seq2seq-attention");
  ASSERT_EQ(whole.exit_code, 0) << whole.error;
  RunningNaru run(runs().arguments("killed", more, "seq2seq-attention"));
  while (run.running() && !std::filesystem::exists(runs() / "killed" / "checkpoints" / "step-00000005.safetensors"))
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  run.kill();
  EXPECT_EQ(run.wait(), 128 + 9) << "it ended before it was killed";
  ASSERT_EQ(runs().train("killed", more, "seq2seq-attention").exit_code, 0);
  EXPECT_EQ(runs().weights("killed"), runs().weights("whole"));
  EXPECT_EQ(runs().history("killed", "dev_loss"), runs().history("whole", "dev_loss"));
}

}  // namespace
}  // namespace naru
