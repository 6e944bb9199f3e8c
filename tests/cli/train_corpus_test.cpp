// What `naru train` does with its corpus: standard input, and what it refuses before it makes a folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/base/file.h"

#include "tests/cli/process.h"
#include "tests/temporary_folder.h"
#include "tests/text/small_text.h"

namespace naru {
namespace {

struct TrainCorpus : ::testing::Test {
  TrainCorpus() {
    const auto korean = small_korean_text(), english = small_english_text();
    for (size_t i = 0; i < korean.size(); ++i) table_ += korean[i] + "\t" + english[i] + "\n";
  }
  ProcessResult train(const std::string& folder, const std::vector<std::string>& corpus, int steps,
                      const std::string& input) {
    std::vector<std::string> arguments{"train",
                                       "--model",
                                       (folder_ / folder).string(),
                                       "--preset",
                                       "seq2seq",
                                       "--set",
                                       "width=16",
                                       "layers=1",
                                       "vocabulary=400",
                                       "--max-steps",
                                       fmt::format("{}", steps),
                                       "--train"};
    arguments.insert(arguments.end(), corpus.begin(), corpus.end());
    return run_naru(arguments, input);
  }
  TemporaryFolder folder_;
  std::string table_;
};

TEST_F(TrainCorpus, FromStandardInputIsKeptAndNotNeededToResume) {
  write_file(folder_ / "c.tsv", table_);
  const ProcessResult from_file = train("file", {(folder_ / "c.tsv").string()}, 4, "");
  ASSERT_EQ(from_file.exit_code, 0) << from_file.error;
  ASSERT_EQ(train("stream", {"-"}, 4, table_).exit_code, 0);
  EXPECT_EQ(read_file(folder_ / "stream" / "model.safetensors"), read_file(folder_ / "file" / "model.safetensors"));
  const ProcessResult resumed = train("stream", {"-"}, 6, "");
  EXPECT_EQ(resumed.exit_code, 0) << resumed.error;
}

TEST_F(TrainCorpus, FromStandardInputIsKeptUntilAFreshStartIsSure) {
  ASSERT_EQ(train("stream", {"-"}, 2, table_).exit_code, 0);
  EXPECT_EQ(train("stream", {"-", "--fresh"}, 4, "no tab\n").exit_code, 2);
  EXPECT_EQ(read_file(folder_ / "stream" / "corpus-1.txt"), table_);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "stream" / "corpus-1.txt.tmp_new"));
  ASSERT_EQ(train("stream", {"-"}, 4, "").exit_code, 0);
  ASSERT_EQ(train("stream", {"-", "--fresh"}, 2, table_ + table_).exit_code, 0);
  EXPECT_EQ(read_file(folder_ / "stream" / "corpus-1.txt"), table_ + table_);
}

TEST_F(TrainCorpus, ThatCannotBeUsedMakesNoFolder) {
  const auto refused = [&](const std::vector<std::string>& corpus, const std::string& input) {
    const ProcessResult result = train("none", corpus, 1, input);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "none"));
    return result.error;
  };
  EXPECT_EQ(refused({"-"}, table_ + "가\ta\tb\n"), "standard input:513: expected 2 tab-separated columns, found 3\n");
  EXPECT_EQ(refused({"-"}, "\ta\n"),
            "standard input:1: the corpus ends without a usable pair: 1 of 1 have an empty side\n");
  EXPECT_EQ(refused({"-"}, "가\t\xff\n"),
            "standard input:1: byte 5 (0xff) is not UTF-8; convert the file, e.g. with iconv -f CP949 -t UTF-8\n");
  write_file(folder_ / "a", "가\n나\n");
  const std::string a = (folder_ / "a").string();
  EXPECT_EQ(refused({a, "-"}, "a\n"),
            "standard input:2: the file ends here, but " + a + " has 2 lines; the two must have the same lines\n");
}

}  // namespace
}  // namespace naru
