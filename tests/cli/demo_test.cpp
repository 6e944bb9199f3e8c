// The whole of `naru demo`, for a moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
                           "Answering with the nearest training sentence", "naru translate --model"})
    EXPECT_THAT(result.out, HasSubstr(said));
  EXPECT_THAT(result.error, HasSubstr("나는 학교에 간다"));
  EXPECT_THAT(read_file(folder / "demo" / "report.html"), HasSubstr("bleu_by_length"));
  for (const char* model : {"seq2seq", "seq2seq-attention", "transformer-tiny"}) {
    const ProcessResult line = run_naru({"translate", "--model", (folder / "demo" / model).string()}, "나는 간다\n");
    EXPECT_EQ(line.exit_code, 0) << line.error;
  }
}

}  // namespace
}  // namespace naru
