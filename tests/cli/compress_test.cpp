// `naru compress` on the golden folders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

#include "naru/base/file.h"
#include "naru/tensor/safetensors.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct Compress : ::testing::TestWithParam<std::tuple<const char*, const char*>> {  // folder, dtype
  static std::string model() {
    return std::string(NARU_SOURCE_DIR "/tests/fixtures/golden/") + std::get<0>(GetParam());
  }
  static std::string dtype() { return std::get<1>(GetParam()); }
  std::string out() const { return (folder_ / "small").string(); }
  ProcessResult compressed(const std::string& from) const {
    return run_naru({"compress", "--model", from, "--out", out(), "--dtype", dtype()});
  }
  static std::string translated(const std::string& model, const std::vector<std::string>& more) {
    std::string input;
    std::istringstream table(small_table(20, 3));
    for (std::string line; std::getline(table, line);) input += line.substr(0, line.find('\t')) + "\n";
    std::vector<std::string> arguments{"translate", "--model", model, "--scores"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProcessResult result = run_naru(arguments, input);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return result.out;
  }
  TemporaryFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(Golden, Compress,
                         ::testing::Combine(::testing::Values("transformer-tiny", "transformer-small", "seq2seq",
                                                              "seq2seq-attention"),
                                            ::testing::Values("bf16", "int8", "int4")),
                         [](const auto& info) {
                           std::string name = fmt::format("{}_{}", std::get<0>(info.param), std::get<1>(info.param));
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST_P(Compress, WritesAFolderThatTranslatesAsTheModelRoundedWhileItIsLoaded) {
  const ProcessResult result = compressed(model());
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.out, HasSubstr("model.safetensors: "));
  const SafetensorsFile before(model() + "/model.safetensors"), after(out() + "/model.safetensors");
  for (const std::string& name : before.names()) {
    const bool matrix = before.shape(name).rank() == 2 && before.shape(name)[0] > 1;
    const DType small = dtype() == "bf16" ? DType::bf16 : dtype() == "int8" ? DType::i8 : DType::u8;
    EXPECT_EQ(after.dtype(name), matrix ? small : before.dtype(name)) << name;
    EXPECT_EQ(after.contains(name + ".scale"), matrix && dtype() != "bf16") << name;
  }
  EXPECT_EQ(translated(out(), {}), translated(model(), {"--precision", dtype()}));
  EXPECT_EQ(translated(out(), {"--precision", dtype()}), translated(out(), {}));
}

TEST_P(Compress, WritesAFolderThatVerifyFindsWhole) {
  ASSERT_EQ(compressed(model()).exit_code, 0);
  const ProcessResult verified = run_naru({"verify", out()});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.error;
  EXPECT_THAT(verified.out, HasSubstr("2 tensors agree"));
}

TEST_P(Compress, RefusesWhatIsRoundedAlreadyAndFoldersThatHoldAModel) {
  ASSERT_EQ(compressed(model()).exit_code, 0);
  const ProcessResult twice =
      run_naru({"compress", "--model", out(), "--out", (folder_ / "smaller").string(), "--dtype", dtype()});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.error, HasSubstr("rounded already"));
  EXPECT_FALSE(fs::exists(folder_ / "smaller"));
  const ProcessResult over = compressed(model());
  EXPECT_EQ(over.exit_code, 2);
  EXPECT_THAT(over.error, HasSubstr("holds a model"));
}

TEST_P(Compress, NamesAScaleThatIsMissing) {
  if (dtype() == "bf16") GTEST_SKIP() << "has none";
  ASSERT_EQ(compressed(model()).exit_code, 0);
  NamedTensors tensors = SafetensorsFile(out() + "/model.safetensors").tensors();
  const auto scale = std::ranges::find_if(tensors, [](const auto& each) { return each.first.ends_with(".scale"); });
  const std::string name = scale->first;
  tensors.erase(scale);
  write_safetensors(out() + "/model.safetensors", tensors);
  const ProcessResult result = run_naru({"translate", "--model", out()}, "a\n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("has no tensor '" + name + "'"));
}

TEST(CompressToFourBits, TakesGroupsOf32Or64Or128AndOpensThemAgain) {
  const TemporaryFolder folder;
  const std::string model = NARU_SOURCE_DIR "/tests/fixtures/golden/transformer-tiny";
  for (const std::string group : {"32", "64", "128"}) {
    const std::string out = (folder / group).string();
    ASSERT_EQ(run_naru({"compress", "--model", model, "--out", out, "--dtype", "int4", "--group", group}).exit_code, 0);
    EXPECT_EQ(run_naru({"verify", out}).exit_code, 0) << group;
    const auto translated = [&](std::vector<std::string> more) {
      more.insert(more.begin(), {"translate", "--model", out, "--scores"});
      return run_naru(more, "a\n").out;
    };
    EXPECT_EQ(translated({}), translated({"--precision", "int4"})) << "a group of " << group << " stays";
  }
  const ProcessResult other =
      run_naru({"compress", "--model", model, "--out", (folder / "x").string(), "--dtype", "int4", "--group", "48"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.error, HasSubstr("must be 32, 64 or 128"));
  EXPECT_FALSE(fs::exists(folder / "x"));
}

/// A recurrent model that has learnt its words, and `naru compress` on it with a promise.
struct CompressByPromise : ::testing::Test {
  SmallRuns runs_;
  std::vector<std::string> compressing(const std::string& max_drop) const {
    return {"compress", "--model", runs_.path("model"),  "--out", runs_.path("small"), "--dtype", "int4", "--max-drop",
            max_drop,   "--dev",   runs_.path("dev.tsv")};
  }
  void train() const {
    write_file(runs_ / "corpus.tsv", small_table(400));
    write_file(runs_ / "dev.tsv", small_table(200, 2));
    ASSERT_EQ(runs_
                  .train("model",
                         {"--max-steps", "200", "--set", "width=24", "learning_rate=0.02", "dropout=0",
                          "checkpoint_every=1000", "--batch-tokens", "400"},
                         "seq2seq-attention")
                  .exit_code,
              0);
  }
};

TEST_F(CompressByPromise, WritesAFolderOfTheMeasuredQualityThatVerifyFindsWhole) {
  train();
  auto arguments = compressing("2");
  arguments.emplace_back("--json");
  const ProcessResult result = run_naru(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const auto best = nlohmann::json::parse(result.out).at("best");
  EXPECT_LE(best.at("bound").get<double>(), 2);
  const ProcessResult measured =
      run_naru({"evaluate", "--model", runs_.path("small"), "--test", runs_.path("dev.tsv"), "--json"});
  EXPECT_EQ(nlohmann::json::parse(measured.out).at("metrics").at(0).at("score"), best.at("score"));
  EXPECT_EQ(run_naru({"verify", runs_.path("small")}).exit_code, 0);
  EXPECT_EQ(run_naru({"inspect", runs_.path("small")}).exit_code, 0);
  EXPECT_LT(fs::file_size(runs_ / "small/model.safetensors"), fs::file_size(runs_ / "model/model.safetensors") / 2);
}

TEST_F(CompressByPromise, RefusesBadInputInOneLineAndWritesNothing) {
  ASSERT_EQ(runs_.train("model", {"--max-steps", "2"}).exit_code, 0);
  const auto refused = [&](std::vector<std::string> arguments) {
    const ProcessResult result = run_naru(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(std::ranges::count(result.error, '\n'), 1) << result.error;
    EXPECT_EQ(result.out, "");
    EXPECT_FALSE(fs::exists(runs_ / "small"));
    return result.error;
  };
  EXPECT_THAT(refused(compressing("much")), HasSubstr("--max-drop"));
  EXPECT_THAT(refused(compressing("-1")), HasSubstr("at least 0"));
  auto without_dev = compressing("1");
  without_dev.resize(without_dev.size() - 2);
  EXPECT_THAT(refused(without_dev), HasSubstr("needs --dev"));
  auto without_promise = compressing("1");
  without_promise.erase(without_promise.begin() + 7, without_promise.begin() + 9);
  EXPECT_THAT(refused(without_promise), HasSubstr("--max-drop"));
  auto missing = compressing("1");
  missing.back() = runs_.path("absent.tsv");
  EXPECT_THAT(refused(missing), HasSubstr("absent.tsv"));
}

TEST(Average, RefusesRoundedWeights) {
  const TemporaryFolder folder;
  const std::string model = NARU_SOURCE_DIR "/tests/fixtures/golden/transformer-tiny", out = (folder / "q").string();
  ASSERT_EQ(run_naru({"compress", "--model", model, "--out", out, "--dtype", "int4"}).exit_code, 0);
  const ProcessResult result = run_naru({"average", "--models", out, out, "--out", (folder / "mean").string()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("only f32 and bf16 can be averaged"));
}

}  // namespace
}  // namespace naru
