// `naru translate --policy` and `--stream`, on a golden model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "naru/base/file.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

const std::string golden_model = NARU_SOURCE_DIR "/tests/fixtures/golden/transformer-tiny";
const std::string golden_corpus = NARU_SOURCE_DIR "/tests/fixtures/golden/corpus.tsv";

TEST(TranslateStream, WritesBeforeTheLineEnds) {
  RunningNaru naru({"translate", "--model", golden_model, "--policy", "wait-1", "--stream"});
  naru.write("그저께 기술자는 ");
  std::string begun;  // no line end has come, and none is written
  for (int second = 0; second < 60 && begun.empty(); ++second) begun = naru.read_line(1);
  EXPECT_FALSE(begun.empty());
  naru.write("선생님께\n");
  const std::string rest = naru.read_line(5);
  naru.close_input();
  EXPECT_EQ(naru.wait(), 0);
  const ProcessResult whole =
      run_naru({"translate", "--model", golden_model, "--policy", "wait-1"}, "그저께 기술자는 선생님께\n");
  EXPECT_EQ(begun + rest + "\n", whole.out);
}

TEST(TranslateStream, RefusesInOneLine) {
  const std::vector<std::vector<std::string>> bad{{"--policy", "wait-0"},
                                                  {"--policy", "sometimes"},
                                                  {"--policy", "wait-3", "--nbest", "2"},
                                                  {"--policy", "wait-3", "--scores"},
                                                  {"--policy", "wait-3", "--sample"},
                                                  {"--policy", "wait-3", "--shortlist"},
                                                  {"--policy", "wait-3", "--model", golden_model},
                                                  {"--stream", "--model", golden_model},
                                                  {"--stream", "--input", golden_corpus}};
  for (const auto& more : bad) {
    std::vector<std::string> arguments{"translate", "--model", golden_model};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProcessResult result = run_naru(arguments, "그저께\n");
    EXPECT_EQ(result.exit_code, 2) << more[1];
    EXPECT_EQ(lines_of(result.error).size(), 1u) << result.error;
    EXPECT_EQ(result.out, "");
  }
}

TEST(TranslateStream, RefusesTextThatIsNotUtf8WithItsLine) {
  const ProcessResult result =
      run_naru({"translate", "--model", golden_model, "--policy", "wait-1", "--stream"}, "그저께\n\xff\xfe \n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("standard input:2"));
}

/// The corpus turns the order of the words around, so that a model that hears less must lose more: training with a
/// long wait comes nearer to the targets than training with a short one. What limits nothing would give equal losses.
TEST(TrainWaitK, WhoHearsLessLearnsLess) {
  const SmallRuns runs;
  const auto loss = [&](const std::string& name, const std::string& wait) {
    const ProcessResult trained =
        runs.train(name, {"wait_k=" + wait, "width=32", "feed_forward=64", "learning_rate=0.01", "warmup=20",
                          "dropout=0", "label_smoothing=0", "--batch-tokens", "400", "--max-steps", "150"});
    EXPECT_EQ(trained.exit_code, 0) << trained.error;
    const std::vector<double> losses = runs.history(name, "loss");
    return losses.empty() ? 0 : losses.back();
  };
  EXPECT_GT(loss("short", "1"), 1.2 * loss("long", "100"));
  loss("any", "random");
  const ProcessResult translated = run_naru({"translate", "--model", runs.path("any"), "--policy", "wait-2"},
                                            small_table(1, 9).substr(0, small_table(1, 9).find('\t')) + "\n");
  EXPECT_EQ(translated.exit_code, 0) << translated.error;
  EXPECT_EQ(lines_of(translated.out).size(), 1u);
}

/// Who waits for the end guesses none.
TEST(EvaluatePolicy, CountsTheVerbsThatWereGuessed) {
  const TemporaryFolder folder;
  const std::string test = (folder / "test.tsv").string(), annotations = (folder / "annotations").string();
  write_file(test, run_naru({"phrases", "--pairs", "40", "--annotations", annotations}).out);
  const auto verbs = [&](const char* policy) {
    const ProcessResult result = run_naru({"evaluate", "--model", golden_model, "--test", test, "--policy", policy,
                                           "--annotations", annotations, "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return nlohmann::json::parse(result.out).at("verbs");
  };
  const auto early = verbs("wait-1"), whole = verbs("whole");
  EXPECT_GT(early.at("written"), 10);
  EXPECT_GT(early.at("guessed"), 0);
  EXPECT_LE(early.at("guessed_right"), early.at("guessed"));
  EXPECT_EQ(whole.at("guessed"), 0);
  const ProcessResult refused =
      run_naru({"evaluate", "--model", golden_model, "--test", test, "--annotations", annotations});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.error, HasSubstr("needs a --policy"));
}

TEST(EvaluatePolicy, MeasuresTheLag) {
  const auto lag = [](const char* policy) {
    const ProcessResult result =
        run_naru({"evaluate", "--model", golden_model, "--test", golden_corpus, "--policy", policy, "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    const auto document = nlohmann::json::parse(result.out);
    EXPECT_LE(document["average_lagging"], document["laal"].get<double>() + 1e-9);
    return document["average_lagging"].get<double>();
  };
  const double short_wait = lag("wait-1"), long_wait = lag("wait-4"), whole = lag("whole");
  EXPECT_LT(short_wait, long_wait);
  EXPECT_LT(long_wait, whole);
}

}  // namespace
}  // namespace naru
