// The whole of `naru demo`, for a moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "naru/base/file.h"

#include "tests/cli/process.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

TEST(DemoCommand, TrainsThreeModelsComparesThemAndWritesItsReport) {
  const TemporaryFolder folder;
  const ProcessResult result = run_naru(
      {"demo", "--out", (folder / "demo").string(), "--minutes", "0.01", "--pairs", "1000", "--test-sentences", "10"});
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
}

TEST(DemoCommand, DoesNotReplaceAModelThatIsNotItsOwn) {
  const TemporaryFolder folder;
  write_file(folder / "seq2seq", "mine");
  const ProcessResult result = run_naru({"demo", "--out", folder.path().string(), "--minutes", "0.01"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("holds a seq2seq that is not of a demo and would be replaced"));
  EXPECT_EQ(read_file(folder / "seq2seq"), "mine");
}

/// The figures that README gives for four minutes a model: BLEU of transformer-tiny on test and compose.
TEST(DemoCommandSlow, InFourMinutesTheTransformerTranslatesNewSentencesAndNewCombinations) {
  const TemporaryFolder folder;
  const ProcessResult result = run_naru({"demo", "--out", (folder / "demo").string(), "--minutes", "4"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  std::istringstream row(result.out.substr(result.out.find("transformer-tiny ")));
  std::string name, words;
  double parameters = 0, training = 0, translating = 0, memory = 0, test_bleu = 0, test_chrf = 0, compose_bleu = 0;
  row >> name >> parameters >> words >> training >> translating >> memory >> words >> test_bleu >> test_chrf >>
      compose_bleu;
  EXPECT_GE(test_bleu, 80) << result.out;
  EXPECT_GE(compose_bleu, 60) << result.out;
}

}  // namespace
}  // namespace naru
