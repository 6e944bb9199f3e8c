// `naru translate --policy` and `--stream`, on a golden model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/process.h"

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
