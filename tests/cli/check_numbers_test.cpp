// `naru check-numbers`, and `--check-numbers` of translate and evaluate.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "naru/base/file.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

const std::string golden_model = NARU_SOURCE_DIR "/tests/fixtures/golden/transformer-tiny";

struct CheckNumbers : ::testing::Test {
  TemporaryFolder folder;
  std::string path = (folder / "pairs.tsv").string();

  CheckNumbers() {
    write_file(path,
               "개 세 마리\tThree dogs\n"
               "20억 달러를 냈다\tThey paid $20 billion\n"
               "집에 간다\tI go home\n");
  }
};

TEST_F(CheckNumbers, PrintsTheLinesThatDisagreeAndCountsAll) {
  const ProcessResult result = run_naru({"check-numbers", "--test", path});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "2\texpected 2,000,000,000 (20억), found 20,000,000,000 (20 billion): 10 times as much\n");
  EXPECT_THAT(result.error, HasSubstr("1 of 2 lines with numbers disagree (3 lines)"));
  const auto counts = nlohmann::json::parse(run_naru({"check-numbers", "--test", path, "--json"}).out);
  EXPECT_EQ(counts.at("lines"), 3);
  EXPECT_EQ(counts.at("with_numbers"), 2);
  EXPECT_EQ(counts.at("disagreeing"), 1);
}

/// The golden model has learned nothing, and writes no numbers.
TEST_F(CheckNumbers, WarnsOfTranslationsByTheirLines) {
  const std::vector<std::string> translate{"translate", "--model", golden_model};
  const std::string lines = "집에 간다\n개 7 마리\n";
  auto checked = translate;
  checked.emplace_back("--check-numbers");
  const ProcessResult plain = run_naru(translate, lines), result = run_naru(checked, lines);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, plain.out);
  EXPECT_THAT(result.error, HasSubstr("line 2: numbers: missing 7 (7)"));
  EXPECT_THAT(result.error, Not(HasSubstr("line 1:")));
  EXPECT_THAT(result.error, HasSubstr("1 of 1 translations with numbers"));
  checked.insert(checked.end(), {"--policy", "wait-3"});
  EXPECT_EQ(run_naru(checked, lines).exit_code, 2);
}

TEST_F(CheckNumbers, AreCountedByEvaluate) {
  const ProcessResult result =
      run_naru({"evaluate", "--model", golden_model, "--test", path, "--check-numbers", "--json"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  const auto numbers = nlohmann::json::parse(result.out).at("numbers");
  EXPECT_EQ(numbers.at("with_numbers"), 2);
  EXPECT_EQ(numbers.at("disagreeing"), 2);
}

}  // namespace
}  // namespace naru
