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
  text += ".SH NAME\nnaru \\- train sequence-to-sequence models, translate with them and measure them\n";
  text += ".SH SYNOPSIS\n.B naru\n.I COMMAND\n[options]\n.SH DESCRIPTION\n";
  text += "Results go to standard output, progress and logs to standard error.\n.SH COMMANDS\n";
  for (const Command& command : all_commands()) {
    text += ".SS naru " + roff(command.name) + "\n" + roff(command.summary) + ".\n";
    for (const auto& [option, help] : option_rows(command))
      text += ".TP\n\\fB" + roff(option) + "\\fR\n" + roff(help) + "\n";
  }
  text +=
      ".SH EXIT STATUS\n0 on success, 2 on a user's mistake (one line on standard error), 1 on an internal failure, "
      "and from naru verify where something differs.\n";
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

Command manual_command() { return make_command("manual", "print the man page (roff)", manual); }

}  // namespace naru::cli
