#include "naru/base/profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "naru/base/threads.h"

namespace naru {
namespace {

using std::chrono::milliseconds;

class ProfileTest : public testing::Test {
 protected:
  ProfileTest() { set_profiling(true); }
  ~ProfileTest() override { set_profiling(false); }

  static ProfileRow row(const std::string& name) {
    const auto rows = profile();
    const auto found = std::ranges::find(rows, name, &ProfileRow::name);
    return found == rows.end() ? ProfileRow() : *found;
  }
};

TEST_F(ProfileTest, TimeInsideANestedRowCountsThere) {
  {
    const Profiled outer("outer");
    const Profiled inner("inner", " backward");
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_GE(row("inner backward").seconds, 0.02);
  EXPECT_LT(row("outer").seconds, 0.02);
  EXPECT_EQ(row("outer").calls, 1);
}

TEST_F(ProfileTest, AProductCountsForTheRowThatRunsItAlsoOnWorkers) {
  const int before = threads();
  set_threads(2);
  {
    const Profiled op("op with products");
    { const ProfiledProduct product(1000, Multiplied::f32); }
    parallel_for(4, 1, [](int64_t, int64_t) {
      const ProfiledProduct product(10, Multiplied::bf16);
      std::this_thread::sleep_for(milliseconds(10));
    });
  }
  set_threads(before);
  const ProfileRow op = row("op with products");
  EXPECT_EQ(op.operations[0], 1000);
  EXPECT_EQ(op.operations[1], 40);
  EXPECT_GE(op.product_seconds, 0.02) << "four of 10 ms on two threads";
  EXPECT_LE(op.product_seconds, op.seconds);
}

TEST_F(ProfileTest, NothingIsCountedWhenOff) {
  set_profiling(false);
  {
    const Profiled op("off");
    const ProfiledProduct product(1, Multiplied::int8);
  }
  EXPECT_EQ(row("off").calls, 0);
}

}  // namespace
}  // namespace naru
