// What every command promises. The list comes from `naru --help`, so no command can be forgotten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/cli/process.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

std::vector<std::vector<std::string>> commands() {
  std::vector<std::vector<std::string>> all;
  std::istringstream lines(run_naru({"--help"}).out);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("  ", 0) != 0 || line[2] == ' ') continue;
    std::istringstream words(line.substr(0, line.find("  ", 2)));
    std::vector<std::string> command;
    for (std::string word; words >> word;) command.push_back(word);
    all.push_back(command);
  }
  return all;
}

TEST(Commands, EveryOneHelpsAndExitsWithZero) {
  for (auto command : commands()) {
    command.emplace_back("--help");
    const ProcessResult result = run_naru(command);
    EXPECT_EQ(result.exit_code, 0) << command[0];
    EXPECT_THAT(result.out, HasSubstr("usage: naru " + command[0]));
  }
}

TEST(Commands, AnUnknownOptionEndsInOneLineAndExitCodeTwo) {
  for (auto command : commands()) {
    command.emplace_back("--thraeds");
    const ProcessResult result = run_naru(command);
    EXPECT_EQ(result.exit_code, 2) << command[0];
    EXPECT_EQ(std::ranges::count(result.error, '\n'), 1) << result.error;
    EXPECT_THAT(result.error, HasSubstr("--thraeds: unknown option"));
    EXPECT_THAT(result.error, HasSubstr("did you mean --threads?"));
  }
}

TEST(Commands, AnUnknownCommandIsRefusedWithTheNearestOne) {
  const ProcessResult result = run_naru({"--verion"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("did you mean --version?"));
}

TEST(Commands, TheVersionGoesToStandardOutput) { EXPECT_THAT(run_naru({"--version"}).out, HasSubstr("naru ")); }

}  // namespace
}  // namespace naru
