// `naru compress --prune` on a golden folder, and the other commands on what it writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "naru/base/file.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::string golden = NARU_SOURCE_DIR "/tests/fixtures/golden/";

struct CompressPrune : ::testing::Test {
  SmallRuns runs_;
  std::vector<std::string> pruning(const std::string& model, std::vector<std::string> more) const {
    more.insert(more.begin(), {"compress", "--model", model, "--out", runs_.path("small")});
    return more;
  }
  /// All that a promise of 100 points allows: nothing can break it.
  ProcessResult prune(const std::string& model, const std::string& what, const std::string& dtype) const {
    return run_naru(pruning(model, {"--prune", what, "--dtype", dtype, "--max-drop", "100", "--metric", "chrf", "--dev",
                                    runs_.path("dev.tsv"), "--beam", "1", "--json"}));
  }
};

TEST_F(CompressPrune, WritesAFolderThatEveryCommandOpens) {
  const ProcessResult result = prune(golden + "transformer-tiny", "all", "stored");
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const auto best = nlohmann::json::parse(result.out).at("best");
  EXPECT_EQ(best.at("heads"), 3) << "one for each attention";
  EXPECT_EQ(best.at("feed_forward_units"), 32) << "16 for each layer";
  const std::string small = runs_.path("small");
  const auto succeeds = [](const std::vector<std::string>& arguments, const std::string& input = "") {
    const ProcessResult ran = run_naru(arguments, input);
    EXPECT_EQ(ran.exit_code, 0) << arguments[0] << ": " << ran.error;
    return ran.out;
  };
  const auto measured = succeeds(
      {"evaluate", "--model", small, "--test", runs_.path("dev.tsv"), "--metric", "chrf", "--beam", "1", "--json"});
  EXPECT_EQ(nlohmann::json::parse(measured).at("metrics").at(0).at("score"), best.at("score"));
  succeeds({"verify", small});
  const auto inspected = nlohmann::json::parse(succeeds({"inspect", small, "--json"}));
  EXPECT_EQ(inspected.at("config").at("encoder_heads"), "1");
  EXPECT_LT(inspected.at("parameters"),
            nlohmann::json::parse(succeeds({"inspect", golden + "transformer-tiny", "--json"})).at("parameters"));
  for (const char* precision : {"bf16", "int8", "int4"})
    succeeds({"translate", "--model", small, "--precision", precision}, "a b\n");
  succeeds({"compress", "--model", small, "--out", runs_.path("smaller"), "--dtype", "int8"});
  EXPECT_EQ(succeeds({"translate", "--model", runs_.path("smaller"), "--scores"}, "a b\n"),
            succeeds({"translate", "--model", small, "--scores", "--precision", "int8"}, "a b\n"));
  succeeds({"train", "--model", runs_.path("next"), "--from", small, "--train", runs_.path("corpus.tsv"), "--max-steps",
            "2"});
  const auto trained = nlohmann::json::parse(read_file(runs_ / "next/config.json"));
  EXPECT_EQ(trained.at("encoder_feed_forward"), "16") << "what was taken out stays out";
}

TEST_F(CompressPrune, GoesTogetherWithFewerBits) {
  ASSERT_EQ(prune(golden + "transformer-tiny", "heads", "int8").exit_code, 0);
  const auto config = nlohmann::json::parse(read_file(runs_ / "small/config.json"));
  EXPECT_EQ(config.at("cross_heads"), "1");
  EXPECT_FALSE(config.contains("encoder_feed_forward"));
  EXPECT_EQ(run_naru({"verify", runs_.path("small")}).exit_code, 0);
  const ProcessResult translated = run_naru({"translate", "--model", runs_.path("small")}, "a b\n");
  EXPECT_EQ(translated.exit_code, 0) << translated.error;
}

TEST_F(CompressPrune, RefusesInOneLineWhatItCannotDo) {
  const auto refused = [&](const ProcessResult& result) {
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_FALSE(fs::exists(runs_ / "small"));
    return result.error;
  };
  EXPECT_THAT(refused(prune(golden + "seq2seq", "all", "int8")),
              HasSubstr("--prune all: a naru-seq2seq model has no heads of attention"));
  EXPECT_THAT(refused(run_naru(pruning(golden + "transformer-tiny", {"--prune", "heads"}))),
              HasSubstr("say --max-drop 0.3"));
  EXPECT_THAT(refused(run_naru(pruning(golden + "transformer-tiny", {"--dtype", "stored"}))),
              HasSubstr("makes nothing smaller without --prune"));
  EXPECT_THAT(refused(prune(golden + "transformer-tiny", "tails", "int8")), HasSubstr("tails"));
}

}  // namespace
}  // namespace naru
