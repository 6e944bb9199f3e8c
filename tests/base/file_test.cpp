#include "naru/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "naru/base/error.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {
namespace fs = std::filesystem;

struct File : ::testing::Test {
  TemporaryFolder folder_;
};

TEST_F(File, WhatWasWrittenIsRead) {
  write_file(folder_ / "a", std::string("one\0two", 7));
  EXPECT_EQ(read_file(folder_ / "a"), std::string("one\0two", 7));
}

TEST_F(File, AWriteThatFailsLeavesTheOldBytesAndNoTemporary) {
  write_file(folder_ / "a", "old");
  EXPECT_THROW(write_file(folder_ / "a",
                          [](std::ostream& out) {
                            out << "half";
                            out.setstate(std::ios::badbit);
                          }),
               Error);
  EXPECT_EQ(read_file(folder_ / "a"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

TEST_F(File, ALinkStaysALinkToWhatIsWritten) {
  write_file(folder_ / "a", "old");
  fs::create_symlink("a", folder_ / "link");
  write_file(folder_ / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(read_file(folder_ / "a"), "new");
}

TEST_F(File, WhatIsNoFileIsWrittenIntoAndNotReplaced) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::string read;
  std::jthread reader([&] { std::getline(std::ifstream(pipe), read); });
  write_file(pipe, "through");
  reader.join();
  EXPECT_EQ(read, "through");
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_THROW(write_file("/dev/full", "lost"), Error);
}

TEST_F(File, AnErrorWhileContentIsProducedLeavesTheOldBytesAndNoTemporary) {
  write_file(folder_ / "a", "old");
  EXPECT_THROW(write_file(folder_ / "a", [](std::ostream&) { fail("no content"); }), Error);
  EXPECT_EQ(read_file(folder_ / "a"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

TEST_F(File, WhatAKilledWriteLeavesIsKnownByItsName) {
  EXPECT_EQ(interrupted_write("a.json.tmp4711"), "a.json");
  EXPECT_EQ(interrupted_write("a.tmp1.tmp22"), "a.tmp1");
  for (const char* other : {"a.json", "a.tmp", "a.tmpl", "a.tmp1x", "4711", "", "a.json4711"})
    EXPECT_EQ(interrupted_write(other), "") << other;
}

TEST_F(File, AMissingFileIsNamedInTheError) {
  try {
    read_file(folder_ / "absent.txt");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("absent.txt"), std::string::npos);
  }
}

TEST_F(File, AFolderIsHeldByOneAtATime) {
  {
    const FolderLock lock(folder_.path());
    try {
      FolderLock second(folder_.path());
      FAIL() << "a second one holds it";
    } catch (const Error& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with(folder_.path().string() + ": in use by another process"))
          << error.what();
    }
  }
  EXPECT_NO_THROW(FolderLock(folder_.path()));
}

TEST_F(File, Crc32IsTheStandardOneAndContinues) {
  EXPECT_EQ(crc32("123456789"), 0xcbf43926u);
  EXPECT_EQ(crc32("6789", crc32("12345")), 0xcbf43926u);
}

}  // namespace
}  // namespace naru
