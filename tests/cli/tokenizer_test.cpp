#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "naru/base/file.h"

#include "tests/cli/process.h"
#include "tests/temporary_folder.h"
#include "tests/text/compressed.h"
#include "tests/text/small_text.h"

namespace naru {
namespace {
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct TokenizerCommand : ::testing::Test {
  TokenizerCommand() {
    const auto korean = small_korean_text(), english = small_english_text();
    for (size_t i = 0; i < korean.size(); ++i) table_ += korean[i] + "\t" + english[i] + "\n";
    for (const auto& sentence : korean) korean_ += sentence + "\n";
  }
  ProcessResult train(std::vector<std::string> more, const std::string& input = "") {
    std::vector<std::string> arguments{"tokenizer", "train", "--out", prefix_, "--vocab-size", "400"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_naru(arguments, input);
  }
  void expect_mistake(const ProcessResult& result, const std::string& message) {
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.error, message + "\n");
    EXPECT_EQ(result.out, "");
  }
  TemporaryFolder folder_;
  std::string prefix_ = (folder_ / "ko").string(), model_ = prefix_ + ".model", table_, korean_;
};

TEST_F(TokenizerCommand, TrainsEncodesAndDecodes) {
  const ProcessResult made = train({"--input", "-"}, korean_);
  ASSERT_EQ(made.exit_code, 0) << made.error;
  EXPECT_EQ(made.out, "");
  EXPECT_THAT(made.error, HasSubstr(" pieces from 512 sentences"));
  EXPECT_THAT(read_file(prefix_ + ".vocab"), StartsWith("</s>\t0\n<unk>\t0\n<0x00>\t0\n"));
  const std::string text = "나는 학교에 간다.\n\n그는 뷁 왔다.\n";
  for (const auto& form : std::vector<std::vector<std::string>>{{}, {"--ids"}}) {
    std::vector<std::string> encode{"tokenizer", "encode", "--model", model_}, decode = encode;
    decode[1] = "decode";
    encode.insert(encode.end(), form.begin(), form.end());
    decode.insert(decode.end(), form.begin(), form.end());
    const ProcessResult coded = run_naru(encode, text);
    EXPECT_EQ(coded.exit_code, 0) << coded.error;
    EXPECT_NE(coded.out, text);
    EXPECT_EQ(run_naru(decode, coded.out).out, text);
  }
  EXPECT_THAT(run_naru({"tokenizer", "encode", "--model", model_}, "뷁\n").out, HasSubstr("<0xEB> <0xB7> <0x81>\n"));
}

TEST_F(TokenizerCommand, ReadsAColumnOfACompressedTableAndGivesTheSameBytesEachTime) {
  write_file(folder_ / "c.tsv.gz", gzipped(table_));
  ASSERT_EQ(train({"--input", (folder_ / "c.tsv.gz").string(), "--column", "1", "--threads", "1"}).exit_code, 0);
  const std::string from_table = read_file(model_);
  ASSERT_EQ(train({"--input", "-", "--threads", "2"}, korean_).exit_code, 0);
  EXPECT_EQ(read_file(model_), from_table);
}

TEST_F(TokenizerCommand, WarnsWhenTheVocabularyIsTooLargeForTheText) {
  const ProcessResult made = train({"--input", "-", "--vocab-size", "20000"}, korean_);
  EXPECT_EQ(made.exit_code, 0);
  EXPECT_THAT(made.error, HasSubstr("a vocabulary of 20,000 pieces is too large for 512 sentences"));
}

TEST_F(TokenizerCommand, EndsInOneLineOnBadInput) {
  expect_mistake(train({"--input", "-"}, "좋다\n\xff\n"),
                 "standard input:2: byte 1 (0xff) is not UTF-8; convert the file, e.g. with iconv -f CP949 -t UTF-8");
  expect_mistake(train({"--input", "-"}, ""),
                 "no text to make a vocabulary from; all lines are empty, blank or above 2,000 bytes");
  expect_mistake(train({"--input", "-", "--vocab-size", "200"}, korean_),
                 "a vocabulary of 200 pieces is too small: 258 are taken before the first letter; give at least 290");
  expect_mistake(train({"--input", "-", "--column", "3"}, table_),
                 "standard input:1: expected at least 3 tab-separated columns, found 2");
  const std::string absent = (folder_ / "absent").string();
  expect_mistake(run_naru({"tokenizer", "encode", "--model", absent}),
                 absent + ": cannot be read: No such file or directory");
  write_file(model_, "no model");
  expect_mistake(run_naru({"tokenizer", "decode", "--model", model_}),
                 model_ + ": not a SentencePiece model, or a damaged one; make one with naru tokenizer train");
  ASSERT_EQ(train({"--input", "-"}, korean_).exit_code, 0);
  const ProcessResult decoded = run_naru({"tokenizer", "decode", "--ids", "--model", model_}, "5\n5 x7\n");
  EXPECT_EQ(decoded.exit_code, 2);
  EXPECT_THAT(decoded.error, StartsWith("standard input:2: 'x7' is not an id of this vocabulary (0 to "));
}

}  // namespace
}  // namespace naru
