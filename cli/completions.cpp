// Shell completions, from the same lists as the options themselves.
#include <cstdio>

#include "cli/command.h"

namespace naru::cli {
namespace {

struct CompletionsOptions {
  std::string shell;
  void fields(auto&& field) { field("shell", shell, "bash, zsh or fish", positional()); }
};

/// "--beam --nbest …" of one command.
std::string flags_of(const Command& command) {
  std::string flags = "--help --config --threads";
  for (const Field& field : command.fields)
    if (!field.check.positional) flags += " --" + field.name;
  return flags;
}

std::string names() {
  std::string all = "--help --version";
  for (const Command& command : all_commands()) all += " " + command.name.substr(0, command.name.find(' '));
  return all;
}

std::string bash() {
  std::string text =
      "_naru() {\n  local word=${COMP_WORDS[COMP_CWORD]} command=\"${COMP_WORDS[1]}\" flags=\"\"\n"
      "  [ \"${COMP_WORDS[2]#-}\" = \"${COMP_WORDS[2]}\" ] && two=\"$command ${COMP_WORDS[2]}\" || two=\"\"\n";
  text += "  if [ \"$COMP_CWORD\" = 1 ]; then\n    COMPREPLY=($(compgen -W \"" + names() +
          "\" -- \"$word\")); return\n  fi\n";
  std::string one_word, two_words;
  for (const Command& command : all_commands()) {
    const bool two = command.name.find(' ') != std::string::npos;
    (two ? two_words : one_word) += "    \"" + command.name + "\") flags=\"" + flags_of(command) + "\" ;;\n";
  }
  text += "  case \"$command\" in\n" + one_word + "  esac\n  case \"$two\" in\n" + two_words + "  esac\n";
  return text +
         "  case \"$word\" in\n    -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$word\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}\ncomplete -o filenames -F _naru naru\n";
}

std::string quoted(std::string text) {
  for (size_t at = 0; (at = text.find_first_of("'[]:", at)) != std::string::npos; at += 2)
    text[at] == '\'' ? text.replace(at, 1, "’") : text.insert(at, "\\");
  return text;
}

std::string zsh() {
  std::string text = "#compdef naru\n_naru() {\n  local -a commands\n  commands=(\n";
  for (const Command& command : all_commands())
    text += "    '" + command.name.substr(0, command.name.find(' ')) + ":" + quoted(command.summary) + "'\n";
  text += "  )\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n  case $words[2] in\n";
  for (const Command& command : all_commands()) {
    text += "    '" + command.name.substr(0, command.name.find(' ')) + "') _arguments '--help[show help]'";
    for (const Field& field : command.fields)
      if (!field.check.positional) text += " '--" + field.name + "[" + quoted(field.help) + "]:value:_files'";
    text += " '*:file:_files' ;;\n";
  }
  return text + "  esac\n}\n_naru \"$@\"\n";
}

std::string fish() {
  std::string text;
  for (const Command& command : all_commands()) {
    const std::string first = command.name.substr(0, command.name.find(' '));
    text += "complete -c naru -n __fish_use_subcommand -a " + first + " -d '" + quoted(command.summary) + "'\n";
    for (const Field& field : command.fields)
      if (!field.check.positional)
        text += "complete -c naru -n '__fish_seen_subcommand_from " + first + "' -l " + field.name + " -d '" +
                quoted(field.help) + "'\n";
  }
  return text;
}

int completions(const CompletionsOptions& options) {
  std::string text;
  if (options.shell == "bash") text = bash();
  if (options.shell == "zsh") text = zsh();
  if (options.shell == "fish") text = fish();
  if (text.empty()) fail("naru completions {}: no such shell here; give bash, zsh or fish", options.shell);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

Command completions_command() { return make_command("completions", "print completions for a shell", completions); }

}  // namespace naru::cli
