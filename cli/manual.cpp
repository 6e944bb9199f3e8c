// The man page, from the same lists as the options themselves.
#include <cstdio>

#include "naru/base/version.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct ManualOptions {
  void fields(auto&&) {}
};

/// roff reads a leading dot or quote as a request, and backslashes as escapes.
std::string roff(const std::string& text) {
  std::string result = text.empty() || (text[0] != '.' && text[0] != '\'') ? "" : "\\&";
  for (const char c : text)
    result += c == '\\' ? std::string("\\e") : c == '-' ? std::string("\\-") : std::string(1, c);
  return result;
}

int manual(const ManualOptions&) {
  std::string text = fmt::format(".TH NARU 1 \"\" \"naru {}\" \"User Commands\"\n", version());
  text += ".SH NAME\nnaru \\- train, explain, compress and serve sequence-to-sequence models\n";
  text += ".SH SYNOPSIS\n.B naru\n.I COMMAND\n[options]\n.SH DESCRIPTION\n";
  text +=
      "Results go to standard output, progress and logs to standard error. Every command takes\n.B "
      "\\-\\-threads\nand\n";
  text += ".BR \\-\\-config ,\na TOML file with any of its options.\n.SH COMMANDS\n";
  for (const Command& command : all_commands()) {
    text += ".SS naru " + roff(command.name) + "\n" + roff(command.summary) + ".\n";
    for (const Field& field : command.fields) {
      const std::string name =
          field.check.positional ? "\\fI" + roff(field.name) + "\\fR" : "\\fB\\-\\-" + roff(field.name) + "\\fR";
      text += ".TP\n" + name + "\n" + roff(field.help) + "\n";
    }
  }
  text +=
      ".SH EXIT STATUS\n0 on success, 2 on a user's mistake (one line on standard error), 1 on an internal failure.\n";
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

Command manual_command() { return make_command("manual", "print the man page (roff)", manual); }

}  // namespace naru::cli
