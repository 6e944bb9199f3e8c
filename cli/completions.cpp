// Shell completions, from the same lists as the options themselves.
#include <fmt/ranges.h>

#include <cstdio>

#include "cli/command.h"

namespace naru::cli {
namespace {

struct CompletionsOptions {
  std::string shell;
  void fields(auto&& field) { field("shell", shell, "bash, zsh or fish", positional()); }
};

/// The commands that share a first word: one, or those of "tokenizer train|encode|decode".
struct Group {
  std::string first;
  std::vector<Command> commands;
  bool nested() const { return commands[0].name != first; }
  /// "train", "encode", "decode"
  std::vector<std::string> second_words() const {
    std::vector<std::string> words;
    for (const Command& command : commands) words.push_back(command.name.substr(first.size() + 1));
    return words;
  }
};

std::vector<Group> groups() {
  std::vector<Group> all;
  for (Command& command : all_commands()) {
    const std::string first = command.name.substr(0, command.name.find(' '));
    if (all.empty() || all.back().first != first) all.push_back({first, {}});
    all.back().commands.push_back(std::move(command));
  }
  return all;
}

/// A shell pattern for what the two words behind `naru` are: 'train '* or 'tokenizer train'.
std::string pattern_of(const Group& group, const Command& command) {
  return group.nested() ? "'" + command.name + "'" : "'" + command.name + " '*";
}

std::string bash() {
  std::vector<std::string> firsts{"--help", "--version"};
  std::string seconds, flags;
  for (const Group& group : groups()) {
    firsts.push_back(group.first);
    if (group.nested())
      seconds += fmt::format("    {}) words=\"{}\" ;;\n", group.first, fmt::join(group.second_words(), " "));
    for (const Command& command : group.commands) {
      flags += "    " + pattern_of(group, command) + ") flags=\"--help --config --threads";
      for (const Field& field : command.fields)
        if (!field.check.positional) flags += " --" + field.name;
      flags += "\" ;;\n";
    }
  }
  return "_naru() {\n  local word=${COMP_WORDS[COMP_CWORD]} first=${COMP_WORDS[1]} words=\"\" flags=\"\"\n"
         "  case \"$first\" in\n" +
         seconds + "  esac\n  if [ \"$COMP_CWORD\" = 1 ]; then words=\"" + fmt::format("{}", fmt::join(firsts, " ")) +
         "\"\n  elif [ \"$COMP_CWORD\" != 2 ]; then words=\"\"; fi\n"
         "  if [ -n \"$words\" ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\")); return; fi\n"
         "  case \"$first ${COMP_WORDS[2]}\" in\n" +
         flags +
         "  esac\n  case \"$word\" in\n    -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$word\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}\ncomplete -o filenames -F _naru naru\n";
}

std::string with_typographic_quotes(std::string text) {
  for (size_t at = 0; (at = text.find('\'', at)) != std::string::npos;) text.replace(at, 1, "’");
  return text;
}

std::string zsh_text(const std::string& text) {
  std::string escaped;
  for (const char c : with_typographic_quotes(text))
    escaped += std::string("[]:").find(c) == std::string::npos ? std::string(1, c) : std::string("\\") + c;
  return escaped;
}

/// What may stand behind a flag: nothing, one of some words, a file, any text.
std::string zsh_value(const Field& field) {
  if (std::holds_alternative<bool*>(field.value)) return "";
  if (!field.check.choices.empty()) return fmt::format(":value:({})", fmt::join(field.check.choices, " "));
  return field.check.value == "TEXT" ? ":value: " : ":file:_files";
}

std::string zsh() {
  std::string firsts, seconds, flags;
  for (const Group& group : groups()) {
    firsts += "    '" + group.first + ":" + zsh_text(group.commands[0].summary) + "'\n";
    if (group.nested())
      seconds += fmt::format("  if (( CURRENT == 3 )) && [[ $words[2] == {} ]]; then compadd {}; return; fi\n",
                             group.first, fmt::join(group.second_words(), " "));
    for (const Command& command : group.commands) {
      flags += "    " + pattern_of(group, command) +
               ") _arguments '--help[show help]' '--config[options from a TOML file]:file:_files' "
               "'--threads[threads to use]:value: '";
      for (const Field& field : command.fields)
        if (!field.check.positional)
          flags += " '--" + field.name + "[" + zsh_text(field.help) + "]" + zsh_value(field) + "'";
      flags += " '*:file:_files' ;;\n";
    }
  }
  return "#compdef naru\n_naru() {\n  local -a commands\n  commands=(\n" + firsts +
         "  )\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n" + seconds +
         "  case \"$words[2] $words[3]\" in\n" + flags + "  esac\n}\n_naru \"$@\"\n";
}

std::string fish() {
  std::string nested, text;
  for (const Group& group : groups())
    if (group.nested()) nested += " " + group.first;
  for (const Group& group : groups()) {
    text += "complete -c naru -n __fish_use_subcommand -a " + group.first + " -d '" +
            with_typographic_quotes(group.commands[0].summary) + "'\n";
    std::string inside = "__fish_seen_subcommand_from " + group.first;
    if (!group.nested()) inside += "; and not __fish_seen_subcommand_from" + nested;
    if (group.nested())
      text += fmt::format("complete -c naru -f -n '{}; and not __fish_seen_subcommand_from {}' -a '{}'\n", inside,
                          fmt::join(group.second_words(), " "), fmt::join(group.second_words(), " "));
    for (const Command& command : group.commands) {
      std::string here = inside;
      if (group.nested()) here += "; and __fish_seen_subcommand_from " + command.name.substr(group.first.size() + 1);
      const auto flag = [&](const std::string& name, bool takes_value, const std::string& help) {
        text += "complete -c naru -n '" + here + "' -l " + name + (takes_value ? " -r -d '" : " -d '") +
                with_typographic_quotes(help) + "'\n";
      };
      flag("help", false, "show help");
      flag("config", true, "options from a TOML file");
      flag("threads", true, "threads to use");
      for (const Field& field : command.fields)
        if (!field.check.positional) flag(field.name, !std::holds_alternative<bool*>(field.value), field.help);
    }
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
