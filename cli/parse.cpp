// The only file that sees CLI11.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

#include "naru/base/threads.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct General {
  int64_t threads = 0;
  void fields(auto&& field) { field("threads", threads, "threads to use; 0 = all cores", at_least(0)); }
};

std::string flag_of(const Field& field) { return field.check.positional ? field.name : "--" + field.name; }

bool is_flag(const Field& field) { return std::holds_alternative<bool*>(field.value); }
bool is_list(const Field& field) { return std::holds_alternative<std::vector<std::string>*>(field.value); }

/// Errors of a field name it as the user wrote it.
void set_field(const Field& field, const std::string& text) {
  Field shown = field;
  shown.name = flag_of(field);
  shown.set(text);
}

void add_option(CLI::App& app, const Field& field) {
  if (is_flag(field)) {
    app.add_flag_callback(
        flag_of(field), [&field] { *std::get<bool*>(field.value) = true; }, field.help);
    return;
  }
  auto* option = app.add_option_function<std::vector<std::string>>(
      flag_of(field),
      [&field](const std::vector<std::string>& texts) {
        if (is_list(field)) std::get<std::vector<std::string>*>(field.value)->clear();
        for (const auto& text : texts) set_field(field, text);
      },
      field.help);
  if (is_list(field)) {
    option->expected(1, -1)->allow_extra_args()->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  } else {
    option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  option->required(field.check.required);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

[[noreturn]] void refuse_unknown(const Command& command, const std::string& word) {
  if (!word.starts_with('-'))
    fail("naru {}: unexpected argument '{}'; see naru {} --help", command.name, word, command.name);
  std::vector<std::string> known{"--help", "--threads", "--config"};
  for (const Field& field : command.fields)
    if (!field.check.positional) known.push_back(flag_of(field));
  fail("{}: unknown option of naru {}; did you mean {}?", word, command.name, nearest(word, known));
}

std::string default_text(const Field& field) {
  if (is_flag(field) || field.check.required) return "";
  const std::string text = field.text();
  return text.empty() ? "" : " (default " + text + ")";
}

std::string value_name(const Field& field) {
  struct Name {
    std::string operator()(const bool*) const { return ""; }
    std::string operator()(const int64_t*) const { return " N"; }
    std::string operator()(const double*) const { return " X"; }
    std::string operator()(const std::string*) const { return " TEXT"; }
    std::string operator()(const std::vector<std::string>*) const { return " TEXT..."; }
  };
  const auto& choices = field.check.choices;
  if (choices.empty()) return std::visit(Name{}, field.value);
  std::string text;
  for (const auto& choice : choices) text += (text.empty() ? " " : "|") + choice;
  return text + (is_list(field) ? "..." : "");
}

}  // namespace

std::string help_text(const Command& command) {
  std::string usage = "usage: naru " + command.name;
  std::vector<std::pair<std::string, std::string>> rows;
  General general;
  Fields all = command.fields;
  for (Field& field : fields_of(general)) all.push_back(field);
  for (const Field& field : all) {
    if (field.check.positional) {
      std::string shown = field.name;
      std::ranges::transform(shown, shown.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      usage += " " + shown;
      rows.emplace_back(shown, field.help);
    } else {
      if (field.check.required) usage += " " + flag_of(field) + value_name(field);
      rows.emplace_back(flag_of(field) + value_name(field), field.help + default_text(field));
    }
  }
  rows.emplace_back("--config FILE", "read any of these from a TOML file; the command line wins");
  std::string text = command.summary + "\n\n" + usage + " [options]\n\n";
  for (const auto& [left, right] : rows)
    text += left.size() <= 30 ? fmt::format("  {:<30} {}\n", left, right)
                              : fmt::format("  {}\n  {:<30} {}\n", left, "", right);
  return text;
}

bool parse_arguments(const Command& command, std::span<const std::string> arguments) {
  if (std::ranges::find(arguments, "--help") != arguments.end() ||
      std::ranges::find(arguments, "-h") != arguments.end()) {
    std::fputs(help_text(command).c_str(), stdout);
    return false;
  }
  CLI::App app;
  app.set_help_flag();
  app.set_config("--config")->check(CLI::ExistingFile);
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.allow_extras();
  General general;
  const Fields general_fields = fields_of(general);
  for (const Field& field : command.fields) add_option(app, field);
  for (const Field& field : general_fields) add_option(app, field);

  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    for (const std::string& word : app.remaining()) refuse_unknown(command, word);
    fail("naru {}: {}; see naru {} --help", command.name, first_line(error.what()), command.name);
  }
  for (const std::string& word : app.remaining()) refuse_unknown(command, word);
  if (general.threads > 0) set_threads(static_cast<int>(general.threads));
  return true;
}

}  // namespace naru::cli
