#include "naru/text/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/text/utf8.h"

#include "tests/temporary_folder.h"
#include "tests/text/compressed.h"

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Lines : ::testing::Test {
  std::vector<std::string> read(const std::string& bytes) {
    write_file(folder_ / "text", bytes);
    return read_path((folder_ / "text").string());
  }
  static std::vector<std::string> read_path(const std::string& path) {
    LineReader reader(path);
    std::vector<std::string> lines;
    for (std::string line; reader.next(line);) lines.push_back(line);
    return lines;
  }
  std::string error_of(const std::string& bytes) {
    try {
      read(bytes);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  std::string path() { return (folder_ / "text").string(); }
  TemporaryFolder folder_;
};

std::string many_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "줄 " + std::to_string(i * 7919 % 1000) + "\n";
  return text;
}

TEST_F(Lines, EndInEveryUsualWay) {
  EXPECT_THAT(read("a\r\n\nb\n"), ElementsAre("a", "", "b"));
  EXPECT_THAT(read("\xef\xbb\xbf"
                   "a\nb"),
              ElementsAre("a", "b"));
  EXPECT_THAT(read(""), ElementsAre());
  EXPECT_THAT(read("\n"), ElementsAre(""));
}

TEST_F(Lines, AreTheSameFromGzipInOneMemberOrTwo) {
  const std::string text = many_lines(20000);
  EXPECT_EQ(read(text).size(), 20000u);
  EXPECT_EQ(read(gzipped(text)), read(text));
  EXPECT_EQ(read(gzipped(many_lines(50)) + gzipped(many_lines(60))), read(many_lines(50) + many_lines(60)));
}

TEST_F(Lines, OfATruncatedGzipEndInAnErrorWithFileAndLine) {
  const std::string whole = gzipped("one\ntwo\nthree\n");
  for (const size_t kept : {whole.size() - 1, whole.size() - 8, size_t{12}, size_t{5}})
    EXPECT_THAT(error_of(whole.substr(0, kept)), HasSubstr(": the compressed file ends too early; copy or fetch it"));
  EXPECT_THAT(error_of(whole.substr(0, whole.size() - 1)), HasSubstr(path() + ":"));
  EXPECT_THAT(error_of(gzipped("one\ntwo\n") + whole.substr(0, 12)), HasSubstr(path() + ":3: the compressed file"));
}

TEST_F(Lines, OfADamagedGzipEndInAnError) {
  std::string bytes = gzipped(many_lines(1000));
  bytes[bytes.size() - 6] ^= 1;  // the checksum at the end
  EXPECT_THAT(error_of(bytes), HasSubstr("the compressed file is damaged (incorrect data check)"));
  EXPECT_THAT(error_of(gzipped("one\n") + "trailing"), HasSubstr(":2: the compressed file is damaged"));
}

TEST_F(Lines, WithInvalidUtf8NameFileLineAndByte) {
  EXPECT_EQ(error_of("가나\nabc\xff"
                     "d\n"),
            path() + ":2: byte 4 (0xff) is not UTF-8; convert the file, e.g. with iconv -f CP949 -t UTF-8");
}

TEST_F(Lines, AboveSixteenMebibytesAreRefused) {
  EXPECT_THAT(error_of("short\n" + std::string((size_t{1} << 24) + 200000, 'x')),
              HasSubstr(path() + ":2: a line of more than 16 MiB"));
}

TEST_F(Lines, OfAMissingFileOrAFolderNameIt) {
  EXPECT_THROW(read_path((folder_ / "absent").string()), Error);
  try {
    read_path(folder_.path().string());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), folder_.path().string() + ": is a folder; name a text file");
  }
}

TEST_F(Lines, ArriveFromAPipeBeforeItCloses) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  LineReader reader("/dev/fd/" + std::to_string(ends[0]), "pipe");
  ASSERT_EQ(write(ends[1], "first\nsec", 9), 9);
  std::string line;
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "first");
  ASSERT_EQ(write(ends[1], "ond\n", 4), 4);
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "second");
  EXPECT_EQ(reader.place(), "pipe:2");
  EXPECT_TRUE(is_read_once("/dev/fd/" + std::to_string(ends[0])));
  close(ends[1]);
  EXPECT_FALSE(reader.next(line));
  close(ends[0]);
}

TEST_F(Lines, CanBeReadAgainFromAFileOnly) {
  read("a");
  EXPECT_FALSE(is_read_once(path()));
  EXPECT_TRUE(is_read_once("-"));
  EXPECT_THROW(is_read_once((folder_ / "absent").string()), Error);
}

TEST(Utf8, ValidTextHasNoInvalidByte) {
  for (const char* text : {"", "plain ascii of more than eight bytes", "가나다", "é", "😀 and more", "\xf4\x8f\xbf\xbf"})
    EXPECT_EQ(first_invalid_utf8(text), std::string_view::npos) << text;
}

TEST(Utf8, EveryKindOfInvalidByteIsFound) {
  for (const char* text : {"\x80", "\xc0\xaf", "\xc1\x81", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe3\x81", "\xf0\x9f\x98", "\xc3", "\xc3("}) {
    EXPECT_EQ(first_invalid_utf8(text), 0u);
    EXPECT_EQ(first_invalid_utf8("12345678가" + std::string(text)), 11u);
  }
}

}  // namespace
}  // namespace naru
