#include "naru/train/checkpoint.h"

#include <gtest/gtest.h>

#include "naru/base/file.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

struct Checkpoints : ::testing::Test {
  TemporaryFolder folder_;
  CheckpointFolder checkpoints_{folder_ / "checkpoints"};

  void save(int64_t step) {
    checkpoints_.save({step, {{"weight.a", Tensor::from({static_cast<float>(step), 2.f}, {2})}}, {{"epoch", "3"}}});
  }
};

TEST_F(Checkpoints, TheNewestIsReadBackWhole) {
  EXPECT_TRUE(checkpoints_.newest(1).empty());
  save(5);
  save(10);
  const auto newest = checkpoints_.newest(5);
  ASSERT_EQ(newest.size(), 2);
  EXPECT_EQ(newest[0].step(), 10);
  EXPECT_EQ(newest[1].step(), 5);
  EXPECT_EQ(newest[0].facts().at("epoch"), "3");
  const Tensor numbers = Tensor::zeros({2});
  EXPECT_TRUE(newest[0].read("weight.a", numbers));
  EXPECT_EQ(numbers.data()[0], 10);
  EXPECT_FALSE(newest[0].read("weight.b", numbers));
  EXPECT_FALSE(newest[0].read("weight.a", Tensor::zeros({3})));
}

TEST_F(Checkpoints, OnlyTheNewestFewAreKept) {
  for (int64_t step = 1; step <= 4; ++step) save(step);
  checkpoints_.prune(2);
  EXPECT_EQ(checkpoints_.files().size(), 2u);
  EXPECT_EQ(checkpoints_.newest(1).at(0).step(), 4);
}

TEST_F(Checkpoints, ADamagedOneIsSkippedForTheOneBefore) {
  save(1);
  save(2);
  const auto path = checkpoints_.files().back();
  const std::string whole = read_file(path);
  // Every byte of the numbers and of the facts counts; a cut file as well.
  for (const size_t at : {whole.size() - 1, whole.size() - 8, whole.find("epoch")}) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    write_file(path, bytes);
    EXPECT_EQ(checkpoints_.newest(1).at(0).step(), 1) << at;
  }
  write_file(path, whole.substr(0, whole.size() - 3));
  EXPECT_EQ(checkpoints_.newest(1).at(0).step(), 1);
  write_file(path, "");
  EXPECT_EQ(checkpoints_.newest(1).at(0).step(), 1);
}

TEST_F(Checkpoints, ADamagedOneDoesNotCountAmongThoseKept) {
  for (int64_t step = 1; step <= 3; ++step) save(step);
  write_file(checkpoints_.files().back(), "");
  EXPECT_EQ(checkpoints_.newest(1).at(0).step(), 2);
  save(3);
  checkpoints_.prune(1);
  EXPECT_EQ(checkpoints_.newest(1).at(0).step(), 3);
  save(4);
  write_file(folder_ / "checkpoints" / CheckpointFolder::name_of(4), "");
  write_file(folder_ / "checkpoints" / CheckpointFolder::name_of(3), "");
  EXPECT_TRUE(checkpoints_.newest(1).empty());
  EXPECT_EQ(checkpoints_.files().size(), 2);  // without a whole one nothing is set aside
}

}  // namespace
}  // namespace naru
