#include "naru/base/threads.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace naru {
namespace {

class Threads : public ::testing::Test {
 protected:
  ~Threads() override { set_threads(before_); }
  int before_ = threads();
};

TEST_F(Threads, EveryIndexIsVisitedExactlyOnce) {
  for (int count : {1, 2, 5}) {
    set_threads(count);
    std::vector<std::atomic<int>> visits(1003);
    parallel_for(1003, 10, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) ++visits[static_cast<size_t>(i)];
    });
    for (const auto& visit : visits) EXPECT_EQ(visit, 1);
  }
}

TEST_F(Threads, PiecesDependOnSizesOnlyNotOnTheNumberOfThreads) {
  for (int count : {1, 3}) {
    set_threads(count);
    std::atomic<int> wrong = 0;
    parallel_for(25, 8,
                 [&](int64_t begin, int64_t end) { wrong += begin % 8 != 0 || (end != 25 && end - begin != 8); });
    EXPECT_EQ(wrong, 0);
  }
}

TEST_F(Threads, AThreadBeginsWithTheSameShareEachTime) {
  set_threads(2);
  for (int repetition = 0; repetition < 100; ++repetition) {
    std::array<std::atomic<int64_t>, 2> first = {-1, -1};
    parallel_for(8, 1, [&](int64_t begin, int64_t) {
      int64_t none = -1;
      if (!first[static_cast<size_t>(thread_index())].compare_exchange_strong(none, begin)) return;
      while (first[0] < 0 || first[1] < 0) std::this_thread::yield();  // neither may do all alone
    });
    EXPECT_EQ(first[0], 0);
    EXPECT_EQ(first[1], 4);
  }
}

TEST_F(Threads, AnExceptionReachesTheCallerAndThePoolWorksOn) {
  set_threads(3);
  EXPECT_THROW(parallel_for(100, 1,
                            [](int64_t begin, int64_t) {
                              if (begin == 7) throw std::runtime_error("seven");
                            }),
               std::runtime_error);
  std::atomic<int> ran = 0;
  parallel_for(100, 1, [&](int64_t, int64_t) { ++ran; });
  EXPECT_EQ(ran, 100);
}

TEST_F(Threads, ANestedCallRunsToTheEnd) {
  set_threads(2);
  std::atomic<int> ran = 0;
  parallel_for(4, 1, [&](int64_t, int64_t) { parallel_for(5, 1, [&](int64_t, int64_t) { ++ran; }); });
  EXPECT_EQ(ran, 20);
}

}  // namespace
}  // namespace naru
