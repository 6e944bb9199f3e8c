// The whole of `naru demo`, for a moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "naru/base/file.h"
#include "naru/base/json.h"

#include "tests/cli/process.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(DemoCommand, TrainsThreeModelsComparesThemAndWritesItsReport) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments{"demo",    "--out", (folder / "demo").string(), "--minutes", "0.01",
                                     "--pairs", "1000",  "--test-sentences",         "10"};
  const ProcessResult result = run_naru(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.error;
  for (const char* said : {"seq2seq ", "seq2seq-attention ", "transformer-tiny ", "nearest training sentence",
                           "BLEU by length", "그는 돈을 찾으러 은행에 갔다", "standard Korean",
                           "Answering with the nearest training sentence", NARU_COMMAND " translate --model"})
    EXPECT_THAT(result.out, HasSubstr(said));
  EXPECT_THAT(result.error, HasSubstr("나는 학교에 간다"));
  EXPECT_THAT(read_file(folder / "demo" / "report.html"), HasSubstr("bleu_by_length"));
  for (const char* model : {"seq2seq", "seq2seq-attention", "transformer-tiny"}) {
    const ProcessResult line = run_naru({"translate", "--model", (folder / "demo" / model).string()}, "나는 간다\n");
    EXPECT_EQ(line.exit_code, 0) << line.error;
  }
  arguments.emplace_back("--json");  // once more over the same folder
  const ProcessResult again = run_naru(arguments);
  ASSERT_EQ(again.exit_code, 0) << again.error;
  const Json found = parse_json(again.out);
  EXPECT_EQ(found.at("models").size(), 3);
  EXPECT_TRUE(found.at("models").at(2).at("scores").at("long").at("chrf").is_number());
  const std::string schema = read_file(NARU_SOURCE_DIR "/web/src/schema.ts"),
                    page = read_file(NARU_SOURCE_DIR "/docs/report.md");
  for (const auto& [key, value] : found.at("models").at(2).items()) {
    EXPECT_THAT(schema, HasSubstr("\n  " + key)) << "web/src/schema.ts";
    EXPECT_THAT(page, HasSubstr('`' + key + '`')) << "docs/report.md";
  }
}

/// Times `part` stands in the text.
size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

// Which models have had a turn by the time of the signal is the machine's matter: mostly the first only.
TEST(DemoCommand, StoppedEarlyMarksTheModelsWithoutATurnAndPrintsNoFiguresOfThem) {
  const TemporaryFolder folder;
  RunningNaru run(
      {"demo", "--out", (folder / "demo").string(), "--pairs", "1000", "--test-sentences", "10", "--minutes", "0.1"});
  const auto history = folder / "demo" / "seq2seq" / "history.jsonl";
  while (run.running() && !(std::filesystem::exists(history) && std::filesystem::file_size(history) > 0)) usleep(1000);
  run.stop();
  std::string out;
  for (int lines = 0; lines < 300 && out.find("Next:") == out.npos; ++lines) out += run.read_line(60) + '\n';
  run.close_input();
  EXPECT_EQ(run.wait(), 0) << out;
  EXPECT_THAT(out, Not(AnyOf(HasSubstr("-nan"), HasSubstr(" nan"), HasSubstr(" inf")))) << out;
  const size_t untrained = count(out, "untrained: stopped before its first turn");
  EXPECT_EQ(count(out, " was stopped before its first turn and is not compared."), untrained) << out;
  EXPECT_EQ(count(read_file(folder / "demo" / "report.html"), "\"training_target_tokens_per_second\":null"), untrained);
}

TEST(DemoCommand, DoesNotReplaceAModelThatIsNotItsOwn) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "corpus");
  for (const std::string name : {"seq2seq", "corpus/train.tsv"}) {
    write_file(folder / name, "mine");
    const ProcessResult result = run_naru({"demo", "--out", folder.path().string(), "--minutes", "0.01"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.error, HasSubstr("holds a " + name.substr(0, name.find('/')) + " that is not of a demo"));
    EXPECT_EQ(read_file(folder / name), "mine");
    std::filesystem::remove(folder / name);
  }
}

/// The figures that README gives for four minutes a model: BLEU of transformer-tiny on test and compose.
TEST(DemoCommandSlow, InFourMinutesTheTransformerTranslatesNewSentencesAndNewCombinations) {
  const TemporaryFolder folder;
  const ProcessResult result = run_naru({"demo", "--out", (folder / "demo").string(), "--minutes", "4", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const Json transformer = parse_json(result.out).at("models").at(2);
  EXPECT_EQ(transformer.at("name"), "transformer-tiny");
  EXPECT_GE(transformer.at("scores").at("test").at("bleu").get<double>(), 80);
  EXPECT_GE(transformer.at("scores").at("compose").at("bleu").get<double>(), 60);
}

}  // namespace
}  // namespace naru
