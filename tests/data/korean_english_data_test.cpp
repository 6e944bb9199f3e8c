#include <gtest/gtest.h>

#include "naru/data/pairs.h"

#include "tests/shared_folder.h"

namespace naru {
namespace {

TEST(KoreanEnglishData, EveryFileIsReadWhole) {
  const auto shared = shared_folder();
  if (!shared) GTEST_SKIP() << "no shared folder; set NARU_SHARED";
  const auto read = [&](const std::string& name) {
    return survey({{(*shared / "data" / "ko-en" / name).string()}}, 10).usable;
  };
  EXPECT_EQ(read("train.tsv.gz"), 186788);
  EXPECT_EQ(read("everyday-train.tsv.gz"), 45675);
  EXPECT_EQ(read("everyday-dev.tsv"), 2910);
  EXPECT_EQ(read("everyday-test.tsv"), 2551);
  EXPECT_EQ(read("dev.tsv"), 934);
  EXPECT_EQ(read("test.tsv"), 953);
  EXPECT_EQ(read("news-dev.tsv"), 1000);
}

}  // namespace
}  // namespace naru
