// A command is: options, one library object, printing. Its options' `fields()` give flags, TOML keys, help and checks;
// the same lists make the man page and the shell completions.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "naru/base/error.h"
#include "naru/base/fields.h"

namespace naru::cli {

struct Command {
  std::string name;     // "translate", "tokenizer train"
  std::string summary;  // one line of the table in `naru --help`
  Fields fields;        // point into the options that `run` reads
  std::function<int()> run;
};

/// A command whose body is `int body(const Options&)`.
template <class Options>
Command make_command(std::string name, std::string summary, int (*body)(const Options&)) {
  static Options options;
  return {std::move(name), std::move(summary), fields_of(options), [body] { return body(options); }};
}

/// Fills the command's fields from its arguments (and from `--config FILE`, which the arguments override); sets up
/// `--threads`. Returns false when `--help` was asked for and printed. Error: one line.
bool parse_arguments(const Command& command, std::span<const std::string> arguments);

/// An option as people read it: "--beam N", and what it does with its default.
struct OptionRow {
  std::string option, help;
};
std::vector<OptionRow> option_rows(const Command& command);

/// What `naru COMMAND --help` prints.
std::string help_text(const Command& command);

/// All commands, in the order of the help page (cli/main.cpp).
std::vector<Command> all_commands();

}  // namespace naru::cli
