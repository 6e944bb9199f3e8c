// `naru compress --fit` on a golden folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "naru/base/file.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct CompressToFit : ::testing::Test {
  SmallRuns runs_;
  ProcessResult fitting(std::vector<std::string> more) const {
    more.insert(more.begin(), {"compress", "--model", NARU_SOURCE_DIR "/tests/fixtures/golden/transformer-tiny",
                               "--out", runs_.path("small"), "--beam", "1"});
    return run_naru(more);
  }
};

TEST_F(CompressToFit, WritesTheBestOfThoseThatFitAndWhatEachTakes) {
  const ProcessResult result = fitting({"--fit", "--ram", "2G", "--latency", "60s", "--dtype", "int4", "--metric",
                                        "chrf", "--json", "--dev", runs_.path("dev.tsv")});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const auto document = nlohmann::json::parse(result.out);
  std::vector<std::string> names;
  double best = 0;
  for (const auto& each : document.at("tried")) {
    names.push_back(each.at("name"));
    EXPECT_TRUE(each.at("fits"));
    EXPECT_GT(each.at("resident_bytes"), 1'000'000);
    EXPECT_GT(each.at("milliseconds"), 0.0);
    best = std::max(best, each.at("score").get<double>());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("as it is", "bf16", "int8", "int4"));
  EXPECT_EQ(document.at("best").at("score"), best);
  EXPECT_EQ(run_naru({"verify", runs_.path("small")}).exit_code, 0);
  EXPECT_FALSE(fs::exists(runs_ / "small.candidate"));
}

TEST_F(CompressToFit, RefusesWithNumbersAndWritesNothingWhereNothingFits) {
  const ProcessResult result = fitting({"--fit", "--ram", "1M", "--dtype", "stored", "--dev", runs_.path("dev.tsv")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.error, HasSubstr("nothing fits in 1 MB; as it is: "));
  EXPECT_FALSE(fs::exists(runs_ / "small"));
  EXPECT_FALSE(fs::exists(runs_ / "small.candidate"));
}

TEST_F(CompressToFit, RefusesBadInputInOneLine) {
  const auto refused = [&](std::vector<std::string> more) {
    const ProcessResult result = fitting(std::move(more));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(std::ranges::count(result.error, '\n'), 1) << result.error;
    EXPECT_FALSE(fs::exists(runs_ / "small"));
    return result.error;
  };
  const std::string dev = runs_.path("dev.tsv");
  EXPECT_THAT(refused({"--fit", "--dev", dev}), HasSubstr("say --ram 64M or --latency 50ms"));
  EXPECT_THAT(refused({"--fit", "--ram", "64M"}), HasSubstr("--fit: needs --dev"));
  EXPECT_THAT(refused({"--ram", "64M"}), HasSubstr("say --fit"));
  EXPECT_THAT(refused({"--fit", "--ram", "64M", "--max-drop", "1", "--dev", dev}), HasSubstr("leave one out"));
  EXPECT_THAT(refused({"--fit", "--ram", "small", "--dev", dev}), HasSubstr("--ram small"));
  for (const char* time : {"soon", "50hours", "-1", "0ms", ""})
    EXPECT_THAT(refused({"--fit", "--latency", time, "--dev", dev}), HasSubstr("--latency")) << time;
}

}  // namespace
}  // namespace naru
