#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/process.h"

namespace naru {
namespace {

TEST(ClaimsCommand, RefusesNeedsThatNoChosenExperimentAnswersFor) {
  const ProcessResult result = run_naru({"claims", "papers", "--length", "5"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, testing::HasSubstr("naru claims choose"));
  EXPECT_EQ(run_naru({"claims", "choose", "--length", "400"}).exit_code, 2);
}

}  // namespace
}  // namespace naru
