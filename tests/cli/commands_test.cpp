// What every command promises. The list comes from `naru --help`, so no command can be forgotten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <sstream>

#include "naru/base/file.h"

#include "tests/cli/process.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

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
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_EQ(line.find("(default"), line.rfind("(default")) << line;
      EXPECT_THAT(line, Not(HasSubstr("(default -1"))) << line;
    }
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

TEST(Commands, OfTwoWordsAreListedUnderTheFirst) {
  const ProcessResult listed = run_naru({"tokenizer", "--help"}), alone = run_naru({"tokenizer"});
  EXPECT_EQ(listed.exit_code, 0);
  for (const char* word : {"tokenizer train", "tokenizer encode", "tokenizer decode"})
    EXPECT_THAT(listed.out, HasSubstr(word));
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_EQ(alone.error, "naru tokenizer: needs a second word; see naru tokenizer --help\n");
}

TEST(Commands, AnOptionInFrontOfTheCommandIsRefusedWithItsPlace) {
  const ProcessResult result = run_naru({"--threads", "2", "doctor"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.error, "--threads: options stand behind the command: naru COMMAND --threads …\n");
}

TEST(Commands, WhoseNumbersAreNoneOrTooLargeAreRefused) {
  EXPECT_THAT(run_naru({"doctor", "--threads", "99999999999"}).error, HasSubstr("--threads: 99999999999 is too large"));
  EXPECT_THAT(run_naru({"metrics", "--reference", "r", "--smooth-value", "nan"}).error,
              HasSubstr("--smooth-value: 'nan' is not a finite number"));
}

TEST(Commands, ThatCannotWriteTheirResultEndWithExitCodeTwo) {
  for (const char* command : {"inspect transformer-tiny", "phrases --pairs 3", "--help", "manual"}) {
    const int status = std::system((std::string(NARU_COMMAND) + " " + command + " > /dev/full 2> /dev/null").c_str());
    EXPECT_EQ(WEXITSTATUS(status), 2) << command;
  }
}

/// What bash offers for the last of the words behind `naru`.
std::string offered(const std::string& words) {
  const TemporaryFolder folder;
  write_file(folder / "completions", run_naru({"completions", "bash"}).out);
  const std::string script = ". " + (folder / "completions").string() + "; COMP_WORDS=(naru " + words +
                             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _naru; echo \"${COMPREPLY[@]}\" > " +
                             (folder / "offered").string();
  write_file(folder / "script", script);
  EXPECT_EQ(std::system(("bash " + (folder / "script").string()).c_str()), 0);
  return read_file(folder / "offered");
}

TEST(Completions, OfBashKnowCommandsTheirSecondWordsAndTheirOptions) {
  EXPECT_EQ(offered("tra"), "train translate\n");
  EXPECT_EQ(offered("tokenizer ''"), "train encode decode\n");
  EXPECT_EQ(offered("train --max-"), "--max-steps --max-epochs --max-minutes\n");
  EXPECT_EQ(offered("tokenizer train --vo"), "--vocab-size\n");
}

TEST(Completions, OfOtherShellsNameEveryOptionOnce) {
  for (const char* shell : {"zsh", "fish"}) {
    const std::string text = run_naru({"completions", shell}).out;
    const std::string flag = shell == std::string("zsh") ? "'--" : " -l ";
    for (const char* option : {"vocab-size", "help", "config", "threads"})
      EXPECT_THAT(text, HasSubstr(flag + option)) << shell;
    EXPECT_EQ(text.find("vocab-size"), text.rfind("vocab-size")) << shell;
  }
  EXPECT_EQ(run_naru({"completions", "sh"}).exit_code, 2);
}

TEST(Manual, NamesEveryCommandAndOptionWithItsDefault) {
  const std::string text = run_naru({"manual"}).out;
  for (const auto& command : commands())
    EXPECT_THAT(text, HasSubstr(".SS naru " + std::regex_replace(command[0], std::regex("-"), "\\-")));
  EXPECT_THAT(text, HasSubstr("\\-\\-beam N"));
  EXPECT_THAT(text, HasSubstr("1 = greedy (default 4)"));
}

TEST(Commands, TheVersionGoesToStandardOutput) { EXPECT_THAT(run_naru({"--version"}).out, HasSubstr("naru ")); }

}  // namespace
}  // namespace naru
