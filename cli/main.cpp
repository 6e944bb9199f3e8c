// The table of commands, and what an exit code means: 0 done, 2 the user's mistake, 1 ours.
#include <algorithm>
#include <cstdio>
#include <exception>

#include "naru/base/log.h"
#include "naru/base/version.h"

#include "cli/command.h"

/// One line per command: cli/<name>.cpp defines `Command <name>_command()`.
#define NARU_COMMANDS(X) \
  X(demo)                \
  X(train)               \
  X(translate)           \
  X(score)               \
  X(evaluate)            \
  X(tokenizer_train)     \
  X(tokenizer_encode)    \
  X(tokenizer_decode)    \
  X(metrics)             \
  X(phrases)             \
  X(average)             \
  X(inspect)             \
  X(verify)              \
  X(bench_train)         \
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

std::string overview(const std::vector<Command>& commands) {
  std::string text =
      "naru trains, explains, compresses and serves sequence-to-sequence models.\n\n"
      "usage: naru COMMAND [options]\n       naru COMMAND --help\n\n";
  for (const Command& command : commands) text += fmt::format("  {:<18} {}\n", command.name, command.summary);
  return text;
}

int run(std::vector<std::string> arguments) {
  const std::vector<Command> commands = all_commands();
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") {
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
  std::vector<std::string> names{"--version"};
  for (const Command& command : commands) {
    names.push_back(command.name);
    if (command.name.rfind(arguments[0] + " ", 0) == 0)
      fail("naru {}: needs a second word, e.g. naru {}", arguments[0], command.name);
  }
  fail("{}: unknown command; did you mean {}?", arguments[0], nearest(arguments[0], names));
}

}  // namespace
}  // namespace naru::cli

int main(int count, char** values) {
  try {
    return naru::cli::run({values + 1, values + count});
  } catch (const naru::Error& error) {
    naru::log_progress_done();
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    naru::log_progress_done();
    fmt::print(stderr, "internal failure: {}\n", error.what());
    return 1;
  }
}
