// `naru shortlist`, and what is translated by it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "naru/base/file.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;

const fs::path golden = NARU_SOURCE_DIR "/tests/fixtures/golden";

struct ShortlistCommand : ::testing::Test {
  ShortlistCommand() {
    fs::copy(golden / "transformer-tiny", model(), fs::copy_options::recursive);
    write_file(folder / "pairs.tsv", small_table(300, 5));
  }
  std::string model(const std::string& name = "model") const { return (folder / name).string(); }
  ProcessResult made(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"shortlist", "--model", model(), "--train", (folder / "pairs.tsv").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_naru(arguments);
  }
  std::string list() const { return read_file(folder / "model" / "shortlist.safetensors"); }
  static std::string sources() {
    std::string input;
    std::istringstream table(small_table(40, 3));
    for (std::string line; std::getline(table, line);) input += line.substr(0, line.find('\t')) + "\n";
    return input;
  }
  std::string refused(const std::vector<std::string>& arguments) const {
    const ProcessResult result = run_naru(arguments, sources());
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(std::ranges::count(result.error, '\n'), 1) << result.error;
    EXPECT_EQ(result.out, "");
    return result.error;
  }
  TemporaryFolder folder;
};

TEST_F(ShortlistCommand, WritesTheSameBytesOnAnyThreads) {
  const ProcessResult one = made({"--threads", "1"});
  ASSERT_EQ(one.exit_code, 0) << one.error;
  EXPECT_THAT(one.out, HasSubstr("shortlist.safetensors: the 100 most frequent of"));
  EXPECT_THAT(one.error, HasSubstr("iteration 5 of 5"));
  const std::string bytes = list();
  ASSERT_EQ(made({"--threads", "2"}).exit_code, 0);
  EXPECT_EQ(list(), bytes);
  ASSERT_EQ(made({"--best", "3"}).exit_code, 0);
  EXPECT_NE(list(), bytes);
}

TEST_F(ShortlistCommand, TranslatesInAnyBatchesOnAnyThreadsToTheSameBytes) {
  ASSERT_EQ(made({"--first", "10", "--best", "4"}).exit_code, 0);
  for (const char* precision : {"f32", "int8"}) {
    const auto translated = [&](const char* batch_tokens, const char* threads) {
      const ProcessResult result =
          run_naru({"translate", "--model", model(), "--shortlist", "--precision", precision, "--batch-tokens",
                    batch_tokens, "--threads", threads, "--scores", "--nbest", "2"},
                   sources());
      EXPECT_EQ(result.exit_code, 0) << result.error;
      return result.out;
    };
    const std::string one_by_one = translated("1", "1");
    EXPECT_EQ(std::ranges::count(one_by_one, '\n'), 80);
    for (const auto& [batch_tokens, threads] : {std::pair{"1", "2"}, {"60", "1"}, {"9999", "2"}})
      EXPECT_EQ(translated(batch_tokens, threads), one_by_one) << precision << ", " << batch_tokens << ", " << threads;
  }
}

TEST_F(ShortlistCommand, IsMeasuredWithAndKeptInSmallerFolders) {
  ASSERT_EQ(made({}).exit_code, 0);
  const ProcessResult small = run_naru({"compress", "--model", model(), "--out", model("small"), "--dtype", "int8"});
  ASSERT_EQ(small.exit_code, 0) << small.error;
  const ProcessResult measured =
      run_naru({"evaluate", "--model", model("small"), "--shortlist", "--test", (folder / "pairs.tsv").string()});
  EXPECT_EQ(measured.exit_code, 0) << measured.error;
  EXPECT_THAT(measured.out, HasSubstr("BLEU"));
}

TEST_F(ShortlistCommand, RefusesAListThatIsMissingDamagedOrOfAnotherModel) {
  const std::vector<std::string> translate{"translate", "--model", model(), "--shortlist"};
  EXPECT_THAT(refused(translate), HasSubstr("shortlist.safetensors: there is none; make it with naru shortlist"));
  ASSERT_EQ(made({}).exit_code, 0);
  std::string bytes = list();
  bytes.back() = static_cast<char>(bytes.back() ^ 4);
  write_file(folder / "model" / "shortlist.safetensors", bytes);
  EXPECT_THAT(refused(translate), HasSubstr("shortlist.safetensors: is damaged"));
  write_file(folder / "model" / "shortlist.safetensors", "");
  EXPECT_THAT(refused(translate), HasSubstr("shortlist.safetensors"));
  ASSERT_EQ(made({}).exit_code, 0);
  fs::copy(model(), model("other"), fs::copy_options::recursive);
  fs::rename(folder / "other" / "source.spm", folder / "other" / "third");
  fs::rename(folder / "other" / "target.spm", folder / "other" / "source.spm");
  fs::rename(folder / "other" / "third", folder / "other" / "target.spm");
  EXPECT_THAT(
      refused({"evaluate", "--model", model("other"), "--shortlist", "--test", (folder / "pairs.tsv").string()}),
      HasSubstr("was made for other tokenizers"));
}

TEST_F(ShortlistCommand, RefusesWhatItCannotReadAndWritesNothingThen) {
  const auto before = contents(model());
  const auto with = [&](const std::string& corpus) {
    return refused({"shortlist", "--model", model(), "--train", (folder / corpus).string()});
  };
  EXPECT_THAT(with("gone.tsv"), HasSubstr("gone.tsv"));
  write_file(folder / "bad.tsv", "a\tb\nc\n");
  EXPECT_THAT(with("bad.tsv"), HasSubstr("bad.tsv:2"));
  write_file(folder / "empty.tsv", "a\t\n");
  EXPECT_THAT(with("empty.tsv"), HasSubstr("without a usable pair"));
  EXPECT_THAT(refused({"shortlist", "--model", model("nowhere"), "--train", (folder / "pairs.tsv").string()}),
              HasSubstr("nowhere"));
  EXPECT_THAT(refused({"shortlist", "--model", model(), "--train", "a", "--first", "0"}), HasSubstr("--first"));
  EXPECT_EQ(contents(model()), before);
}

}  // namespace
}  // namespace naru
