// The table of commands, and what an exit code means: 0 done, 2 the user's mistake, 1 ours (or: verify found a
// difference).
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "naru/base/log.h"
#include "naru/base/version.h"
#include "naru/train/ranks.h"

#include "cli/command.h"

/// One line per command: cli/<name>.cpp defines `Command <name>_command()`.
#define NARU_COMMANDS(X) \
  X(demo)                \
  X(claims)              \
  X(compare)             \
  X(explain)             \
  X(train)               \
  X(distil)              \
  X(translate)           \
  X(score)               \
  X(evaluate)            \
  X(tokenizer_train)     \
  X(tokenizer_encode)    \
  X(tokenizer_decode)    \
  X(metrics)             \
  X(check_numbers)       \
  X(phrases)             \
  X(average)             \
  X(compress)            \
  X(shortlist)           \
  X(calibrate)           \
  X(inspect)             \
  X(verify)              \
  X(bench_train)         \
  X(bench_translate)     \
  X(doctor)              \
  X(completions)         \
  X(manual)
namespace naru::cli {

#define NARU_DECLARE(command) Command command##_command();
NARU_COMMANDS(NARU_DECLARE)

std::vector<Command> all_commands() {
  std::vector<Command> commands;
#define NARU_ADD(command) commands.push_back(command##_command());
  NARU_COMMANDS(NARU_ADD)
  return commands;
}

namespace {

/// A line for each command that begins with `prefix`.
std::string table(const std::vector<Command>& commands, const std::string& prefix = "") {
  std::string text;
  for (const Command& command : commands)
    if (command.name.starts_with(prefix)) text += fmt::format("  {:<18} {}\n", command.name, command.summary);
  return text;
}

std::string overview(const std::vector<Command>& commands) {
  return "naru trains sequence-to-sequence models, translates with them and measures them.\n\n"
         "usage: naru COMMAND [options]\n       naru COMMAND --help\n       naru --version\n\n" +
         table(commands) +
         "\nEvery command takes --threads N and --config FILE, a TOML file with any of its options.\n";
}

bool asks_for_help(const std::string& word) { return word == "--help" || word == "-h"; }

int run(std::vector<std::string> arguments) {
  const std::vector<Command> commands = all_commands();
  if (arguments.empty() || asks_for_help(arguments[0])) {
    std::fputs(overview(commands).c_str(), arguments.empty() ? stderr : stdout);
    return arguments.empty() ? 2 : 0;
  }
  if (arguments[0] == "--version") {
    fmt::print("naru {}\n", version());
    return 0;
  }
  for (const size_t words : {2, 1}) {  // "tokenizer train" before "tokenizer"
    if (arguments.size() < words) continue;
    const std::string name = words == 2 ? arguments[0] + " " + arguments[1] : arguments[0];
    const auto command = std::ranges::find(commands, name, &Command::name);
    if (command == commands.end()) continue;
    return parse_arguments(*command, std::span(arguments).subspan(words)) ? command->run() : 0;
  }
  if (const std::string second = table(commands, arguments[0] + " "); !second.empty()) {
    if (arguments.size() > 1 && asks_for_help(arguments[1])) {
      fmt::print("usage: naru {} COMMAND [options]\n\n{}", arguments[0], second);
      return 0;
    }
    fail("naru {}: needs a second word; see naru {} --help", arguments[0], arguments[0]);
  }
  std::vector<std::string> names{"--version", "--help"};
  for (const Command& command : commands) names.push_back(command.name);
  if (arguments[0].starts_with("--") && arguments.size() > 1)
    fail("{}: options stand behind the command: naru COMMAND {} …", arguments[0], arguments[0]);
  fail("{}: unknown command; did you mean {}?", arguments[0], nearest(arguments[0], names));
}

/// A result that could not be written whole is no success.
void check_standard_output() {
  std::cout.flush();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) || !std::cout)
    fail("standard output: could not be written whole; is the disk full?");
}

/// Where a launcher (mpirun) started several of these: the program beside this one that can talk to the others.
void become_mpi_program(char** values) {
  if (naru::Ranks::launched() == 1) return;
  const auto self = std::filesystem::read_symlink("/proc/self/exe"), other = self.parent_path() / "naru-mpi";
  if (self.filename() != other.filename() && std::filesystem::exists(other)) execv(other.c_str(), values);
}

/// Also where standard error is closed or full.
int complain(const std::string& what, int code) {
  log_progress_done();
  std::fputs((what + "\n").c_str(), stderr);
  return code;
}

}  // namespace
}  // namespace naru::cli

int main(int count, char** values) {
  using naru::cli::complain;
  try {
    naru::cli::become_mpi_program(values);
    const int code = naru::cli::run({values + 1, values + count});
    naru::cli::check_standard_output();
    return code;
  } catch (const naru::Error& error) {
    return complain(error.what(), 2);
  } catch (const std::filesystem::filesystem_error& error) {
    return complain(fmt::format("{}: {}", error.path1().string(), error.code().message()), 2);
  } catch (const std::system_error& error) {  // fmt: standard output did not take a line
    return complain(error.what(), 2);
  } catch (const std::exception& error) {
    return complain(fmt::format("internal failure: {}", error.what()), 1);
  }
}
