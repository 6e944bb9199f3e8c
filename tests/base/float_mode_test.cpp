#include "naru/base/float_mode.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>

#include "naru/base/threads.h"

namespace naru {
namespace {

/// 1e-39, which is below the smallest normal number, computed now and on this thread.
float tiny() {
  volatile float small = 1e-30f, factor = 1e-9f;
  return small * factor;
}

TEST(FloatMode, TinyNumbersAreZeroWhileOneFlushesThem) {
  EXPECT_GT(tiny(), 0);
  {
    const FlushToZero flush;
    EXPECT_EQ(tiny(), 0);
  }
  EXPECT_GT(tiny(), 0);
}

TEST(FloatMode, ThePoolComputesInTheModeOfItsCaller) {
  const int before = threads();
  set_threads(4);
  const auto zeros = [] {
    std::atomic<int> found = 0;
    parallel_for(1000, 1, [&](int64_t, int64_t) { found += tiny() == 0; });
    return found.load();
  };
  for (int trial = 0; trial < 20; ++trial) {
    EXPECT_EQ(zeros(), 0);
    const FlushToZero flush;
    EXPECT_EQ(zeros(), 1000);
  }
  set_threads(before);
}

}  // namespace
}  // namespace naru
