#include "naru/base/fresh_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <numeric>

#include "naru/base/error.h"
#include "naru/base/threads.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

TEST(FreshProcesses, AnswerFromAProcessOfTheirOwnEachTime) {
  int calls = 0;
  const FreshProcesses processes([&](const std::string& request) {
    return request + std::to_string(++calls) + " " + std::to_string(getpid() != getppid());
  });
  calls = 7;  // not seen there
  EXPECT_EQ(processes("a"), "a1 1");
  EXPECT_EQ(processes("b"), "b1 1");
  EXPECT_EQ(calls, 7);
}

TEST(FreshProcesses, HaveAllThreads) {
  set_threads(3);
  const FreshProcesses processes([](const std::string&) {
    std::atomic<int64_t> sum = 0;
    parallel_for(1000, 1, [&](int64_t begin, int64_t end) { sum += end - begin; });
    return fmt::format("{} {}", threads(), sum.load());
  });
  EXPECT_EQ(threads(), 3);
  EXPECT_EQ(processes("?"), "3 1000");
  set_threads(available_cores());
}

TEST(FreshProcesses, PassOnErrorsAndNoticeThatOneWasKilled) {
  const FreshProcesses processes([](const std::string& request) -> std::string {
    if (request == "die") std::abort();
    fail("cannot {}", request);
  });
  const auto failed = [&](const std::string& request) {
    try {
      processes(request);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(failed("swim"), "cannot swim");
  EXPECT_THAT(failed("die"), HasSubstr("was killed"));
  EXPECT_EQ(failed("swim"), "cannot swim") << "the next one lives";
}

}  // namespace
}  // namespace naru
