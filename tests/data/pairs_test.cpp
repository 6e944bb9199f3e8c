#include "naru/data/pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "naru/base/error.h"
#include "naru/base/file.h"

#include "tests/temporary_folder.h"
#include "tests/text/compressed.h"

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Pairs : ::testing::Test {
  std::string file(const std::string& name, const std::string& bytes) {
    write_file(folder_ / name, bytes);
    return (folder_ / name).string();
  }
  static std::string error_of(const CorpusFiles& files) {
    try {
      survey(files);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  TemporaryFolder folder_;
};

TEST_F(Pairs, AreTheSameFromOneTableTwoFilesAndTheirCompressedForms) {
  const std::vector<Pair> expected{{"가", "a"}, {"", "b"}, {"다", ""}};
  const std::string table = "가\ta\n\tb\n다\t\n", left = "가\n\n다\n", right = "a\nb\n\n";
  EXPECT_EQ(read_pairs({{file("c.tsv", table)}}), expected);
  EXPECT_EQ(read_pairs({{file("c.tsv.gz", gzipped(table))}}), expected);
  EXPECT_EQ(read_pairs({{file("c.ko", left), file("c.en", right)}}), expected);
  EXPECT_EQ(read_pairs({{file("c.ko.gz", gzipped(left)), file("c.en", right)}}), expected);
}

TEST_F(Pairs, AreTurnedRoundBySwap) {
  EXPECT_EQ(read_pairs({.paths = {file("c.tsv", "가\ta\n")}, .swap = true}), (std::vector<Pair>{{"a", "가"}}));
}

TEST_F(Pairs, ALineWithoutExactlyOneTabIsNamed) {
  const std::string path = file("c.tsv", "가\ta\n나 b\n");
  EXPECT_EQ(error_of({{path}}), path + ":2: expected 2 tab-separated columns, found 1");
  file("c.tsv", "가\ta\n나\tb\n다\tc\td\n");
  EXPECT_EQ(error_of({{path}}), path + ":3: expected 2 tab-separated columns, found 3");
  file("c.tsv", "가\ta\n\n");
  EXPECT_EQ(error_of({{path}}), path + ":2: expected 2 tab-separated columns, found 1");
}

TEST_F(Pairs, InvalidUtf8AndATruncatedGzipAreNamed) {
  const std::string path = file("c.tsv", "가\ta\n\xb0\xa1\tb\n");
  EXPECT_EQ(error_of({{path}}),
            path + ":2: byte 1 (0xb0) is not UTF-8; convert the file, e.g. with iconv -f CP949 -t UTF-8");
  const std::string whole = gzipped("가\ta\n");
  file("c.tsv", whole.substr(0, whole.size() - 3));
  EXPECT_THAT(error_of({{path}}), HasSubstr(path + ":"));
  EXPECT_THAT(error_of({{path}}), HasSubstr("the compressed file ends too early"));
}

TEST_F(Pairs, FilesOfDifferentLengthAreNamedWithBothCounts) {
  const std::string three = file("three", "1\n2\n3\n"), five = file("five", "1\n2\n3\n4\n5\n");
  const std::string rest = " has 5 lines; the two must have the same lines";
  EXPECT_EQ(error_of({{three, five}}), three + ":4: the file ends here, but " + five + rest);
  EXPECT_EQ(error_of({{five, three}}), three + ":4: the file ends here, but " + five + rest);
}

TEST_F(Pairs, ACorpusWithoutAUsablePairIsNamed) {
  const std::string path = file("c.tsv", "\ta\n나\t\n");
  EXPECT_EQ(error_of({{path}}), path + ":2: the corpus ends without a usable pair: 2 of 2 have an empty side");
  file("c.tsv", "");
  EXPECT_EQ(error_of({{path}}), path + ":0: the corpus ends without a usable pair: 0 of 0 have an empty side");
  EXPECT_THROW(read_pairs({{path}}), Error);
}

TEST_F(Pairs, TheWrongNumberOrKindOfFilesIsExplained) {
  EXPECT_EQ(error_of({{"a", "b", "c"}}), "a corpus is one .tsv or two line-aligned files; 3 were given");
  EXPECT_EQ(error_of({{"-", "-"}}), "standard input can be one of the two files only");
  const std::string path = file("c.tsv", "가\ta\n");
  EXPECT_EQ(error_of({{path, path}}),
            path + ":1 and " + path +
                ":1: both have two columns, but two files must be one language each; join them into one .tsv");
  EXPECT_THAT(error_of({{(folder_ / "absent").string()}}), HasSubstr("absent: cannot be read"));
}

TEST_F(Pairs, ASurveyCountsAndSamplesTheUsableOnes) {
  const Survey found = survey({.paths = {file("c.tsv", "가 나\ta\n\tb\n다\tc d e\n")}, .swap = true});
  EXPECT_EQ(found.lines, 3);
  EXPECT_EQ(found.usable, 2);
  EXPECT_THAT(found.source.sentences(), ElementsAre("a", "c d e"));
  EXPECT_THAT(found.target.sentences(), ElementsAre("가 나", "다"));
  EXPECT_EQ(found.source.counts().words, 4);
}

TEST_F(Pairs, AStreamIsKeptAsAFileUnderItsOldName) {
  const std::string pipe = (folder_ / "pipe").string(), right = file("right", "a\nb\n");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::jthread writer([&] { std::ofstream(pipe, std::ios::binary) << gzipped("가\n나\n"); });
  const CorpusFiles files{{pipe, right}};
  ASSERT_TRUE(has_streams(files));
  const CorpusFiles kept = keep_streams(files, folder_.path());
  EXPECT_FALSE(has_streams(kept));
  EXPECT_THAT(kept.paths, ElementsAre((folder_ / "corpus-1.txt").string(), right));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(read_pairs(kept), (std::vector<Pair>{{"가", "a"}, {"나", "b"}}));
  EXPECT_EQ(kept_streams(files, folder_.path()).paths, kept.paths);
  EXPECT_THROW(kept_streams(files, "/nowhere"), Error);
  file("right", "a\n");
  EXPECT_THAT(error_of(kept), HasSubstr("but " + pipe + " has 2 lines"));
}

}  // namespace
}  // namespace naru
