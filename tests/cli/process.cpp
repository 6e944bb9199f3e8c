#include "tests/cli/process.h"

#include <sys/wait.h>

#include <cstdlib>

#include "naru/base/file.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace

ProcessResult run_naru(const std::vector<std::string>& arguments, const std::string& input) {
  const TemporaryFolder folder;
  write_file(folder / "in", input);
  std::string line = quoted(NARU_COMMAND);
  for (const auto& argument : arguments) line += " " + quoted(argument);
  line += " < " + (folder / "in").string() + " > " + (folder / "out").string() + " 2> " + (folder / "error").string();
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(folder / "out"),
          read_file(folder / "error")};
}

}  // namespace naru
