// Speech levels: learned with `--set formality=true`, asked for with `--formality`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "naru/base/file.h"
#include "naru/text/korean/speech_level.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

const std::vector<std::string> small{"vocabulary=310", "width=32",  "feed_forward=64",   "learning_rate=0.01",
                                     "warmup=20",      "dropout=0", "label_smoothing=0", "checkpoint_every=150",
                                     "--batch-tokens", "400",       "--max-steps",       "250"};

std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// Every English sentence in the four levels: only a tag tells which.
std::string table_of_levels() {
  const std::vector<std::pair<std::string, std::string>> verbs{
      {"go", "간다 가 가요 갑니다"}, {"come", "온다 와 와요 옵니다"}, {"eat", "먹는다 먹어 먹어요 먹습니다"}};
  std::string table;
  for (int round = 0; round < 20; ++round)
    for (const std::string name : {"철수", "영희", "민수"})
      for (const auto& [english, forms] : verbs)
        for (size_t at = 0; at < forms.size(); at = std::min(forms.find(' ', at), forms.size()) + 1) {
          const std::string korean = name + " " + forms.substr(at, forms.find(' ', at) - at);
          const std::string source = (name == "철수" ? "A " : name == "영희" ? "B " : "C ") + english;
          table += source + "\t" + korean + "\n";
        }
  return table;
}

struct Formality : ::testing::Test {
  static void SetUpTestSuite() {
    runs_ = new SmallRuns;
    write_file(runs() / "corpus.tsv", table_of_levels());
    trained_ = runs().train("model", with(small, {"--set", "formality=true"}));
    ASSERT_EQ(trained_.exit_code, 0) << trained_.error;
    ASSERT_EQ(runs().train("without", {"vocabulary=310", "--max-steps", "1"}).exit_code, 0);
  }
  static void TearDownTestSuite() { delete runs_; }
  static SmallRuns& runs() { return *runs_; }

  static std::string refused(const std::vector<std::string>& command) {
    const ProcessResult result = run_naru(command, "A go\n");
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(std::ranges::count(result.error, '\n'), 1) << result.error;
    return result.error;
  }
  static inline ProcessResult trained_;

 private:
  static inline SmallRuns* runs_ = nullptr;
};

TEST_F(Formality, DecidesTheLevelOfWhatIsWritten) {
  EXPECT_THAT(trained_.error, HasSubstr("formality: 25 % plain, 25 % intimate, 25 % polite, 25 % formal"));
  for (const std::string& level : formality_names()) {
    const ProcessResult result =
        run_naru({"translate", "--model", runs().path("model"), "--formality", level}, "A go\nB eat\n\nC come\n");
    ASSERT_EQ(result.exit_code, 0) << result.error;
    const std::vector<std::string> lines = lines_of(result.out);
    ASSERT_EQ(lines.size(), 4u);
    EXPECT_EQ(lines[2], "");
    for (const size_t line : {0, 1, 3})
      EXPECT_EQ(speech_level_of(lines[line]), speech_level(level)) << level << ": " << lines[line];
  }
}

TEST_F(Formality, LeftOutLeavesAModelThatStillTranslates) {
  const ProcessResult result = run_naru({"translate", "--model", runs().path("model")}, "A go\n");
  EXPECT_TRUE(speech_level_of(result.out)) << result.out;
}

TEST_F(Formality, IsCountedByEvaluate) {
  const ProcessResult result = run_naru({"evaluate", "--model", runs().path("model"), "--test",
                                         runs().path("corpus.tsv"), "--formality", "polite", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const auto formality = nlohmann::json::parse(result.out).at("formality");
  EXPECT_EQ(formality.at("asked"), "polite");
  EXPECT_EQ(formality.at("share"), 1);
}

TEST_F(Formality, DecidesTheLevelOfWhatIsWrittenWhileTheSpeakerSpeaks) {
  for (const std::string policy : {"wait-1", "wait-2", "agreement", "chunk-2"})
    for (const std::string level : {"plain", "formal"}) {
      const ProcessResult result =
          run_naru({"translate", "--model", runs().path("model"), "--policy", policy, "--stream", "--formality", level},
                   "A go\nB eat\n");
      ASSERT_EQ(result.exit_code, 0) << result.error;
      const std::vector<std::string> lines = lines_of(result.out);
      ASSERT_EQ(lines.size(), 2u);
      for (const std::string& line : lines)
        EXPECT_EQ(speech_level_of(line), speech_level(level)) << policy << ", " << level << ": " << line;
    }
  const ProcessResult measured =
      run_naru({"evaluate", "--model", runs().path("model"), "--test", runs().path("corpus.tsv"), "--formality",
                "polite", "--policy", "wait-2", "--json"});
  ASSERT_EQ(measured.exit_code, 0) << measured.error;
  const auto document = nlohmann::json::parse(measured.out);
  EXPECT_EQ(document.at("formality").at("share"), 1);
  EXPECT_GT(document.at("average_lagging"), 0);
}

TEST_F(Formality, IsRefusedWhereTheModelKnowsNone) {
  EXPECT_THAT(refused({"translate", "--model", runs().path("without"), "--formality", "polite"}),
              HasSubstr("knows no speech levels"));
  EXPECT_THAT(refused({"translate", "--model", runs().path("model"), "--formality", "rude"}), HasSubstr("formality"));
}

TEST_F(Formality, IsOfTheTrainingThatBeganWithIt) {
  const ProcessResult other = runs().train("without", {"vocabulary=310", "formality=true", "--max-steps", "2"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.error, HasSubstr("knows no speech levels; leave --set formality=true out"));
  const ProcessResult off = runs().train("model", with(small, {"--set", "formality=false"}));
  EXPECT_EQ(off.exit_code, 2);
  EXPECT_THAT(off.error, HasSubstr("knows speech levels"));
}

TEST_F(Formality, NeedsKoreanTargets) {
  const ProcessResult result = runs().train("new", {"formality=true", "--swap", "--max-steps", "1"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("train towards the first column with --swap"));
  EXPECT_FALSE(std::filesystem::exists(runs() / "new"));
}

TEST_F(Formality, OfAModelForBothDirectionsIsThatOfTheKoreanOne) {
  const ProcessResult trained =
      runs().train("both", {"vocabulary=330", "formality=true", "--both", "--max-steps", "2"});
  ASSERT_EQ(trained.exit_code, 0) << trained.error;
  const std::string model = runs().path("both");
  EXPECT_EQ(run_naru({"translate", "--model", model, "--formality", "formal"}, "A go\n").exit_code, 0);
  EXPECT_THAT(refused({"translate", "--swap", "--model", model, "--formality", "formal"}),
              HasSubstr("has no effect in this direction"));
}

}  // namespace
}  // namespace naru
