// The only file that sees CLI11.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "naru/base/threads.h"

#include "cli/command.h"
#include "cli/config_file.h"

namespace naru::cli {
namespace {

struct General {
  int64_t threads = 0;
  void fields(auto&& field) { field("threads", threads, "threads to use; 0 = all cores", between(0, 1024)); }
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

/// Every option with its dashes.
std::vector<std::string> options_of(const Command& command) {
  std::vector<std::string> options{"--threads"};
  for (const Field& field : command.fields)
    if (!field.check.positional) options.push_back(flag_of(field));
  return options;
}

[[noreturn]] void refuse_unknown(const Command& command, const std::string& word) {
  if (!word.starts_with('-'))
    fail("naru {}: unexpected argument '{}'; see naru {} --help", command.name, word, command.name);
  std::vector<std::string> known = options_of(command);
  known.insert(known.end(), {"--help", "--config"});
  fail("{}: unknown option of naru {}; did you mean {}?", word, command.name, nearest(word, known));
}

/// A number that its own check refuses stands for "not given".
bool stands_for_nothing(const Field& field) {
  const auto refused = [&field](double number) { return number < field.check.low || number > field.check.high; };
  if (const auto* whole = std::get_if<int64_t*>(&field.value)) return refused(static_cast<double>(**whole));
  if (const auto* real = std::get_if<double*>(&field.value)) return refused(**real);
  return false;
}

std::string upper_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string default_text(const Field& field) {
  if (is_flag(field) || field.check.required || stands_for_nothing(field)) return "";
  const std::string text = field.text();
  return text.empty() ? "" : " (default " + text + ")";
}

std::string value_name(const Field& field) {
  struct Name {
    std::string operator()(const bool*) const { return ""; }
    std::string operator()(const int64_t*) const { return " N"; }
    std::string operator()(const double*) const { return " X"; }
    std::string operator()(const std::string*) const { return " " + text; }
    std::string operator()(const std::vector<std::string>*) const { return " " + text + "..."; }
    const std::string& text;
  };
  const auto& choices = field.check.choices;
  if (choices.empty()) return std::visit(Name{field.check.value}, field.value);
  std::string text;
  for (const auto& choice : choices)
    if (!choice.empty()) text += (text.empty() ? " " : "|") + choice;
  return text + (is_list(field) ? "..." : "");
}

}  // namespace

std::vector<OptionRow> option_rows(const Command& command) {
  General general;
  Fields all = command.fields;
  for (Field& field : fields_of(general)) all.push_back(field);
  std::vector<OptionRow> rows;
  for (const Field& field : all) {
    if (field.check.positional) {
      rows.push_back({upper_case(field.name), field.help});
    } else {
      rows.push_back({flag_of(field) + value_name(field), field.help + default_text(field)});
    }
  }
  rows.push_back({"--config FILE", "read any of these from a TOML file; the command line wins"});
  return rows;
}

std::string help_text(const Command& command) {
  std::string usage = "usage: naru " + command.name;
  for (const Field& field : command.fields) {
    if (field.check.positional) usage += " " + upper_case(field.name);
    if (field.check.required && !field.check.positional) usage += " " + flag_of(field) + value_name(field);
  }
  std::string text = command.summary + "\n\n" + usage + " [options]\n\n";
  for (const auto& [option, help] : option_rows(command))
    text += option.size() <= 30 ? fmt::format("  {:<30} {}\n", option, help)
                                : fmt::format("  {}\n  {:<30} {}\n", option, "", help);
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
  app.allow_extras();
  General general;
  const Fields general_fields = fields_of(general);
  for (const Field& field : command.fields) add_option(app, field);
  for (const Field& field : general_fields) add_option(app, field);

  std::vector<std::string> words = with_config_file(command, arguments, options_of(command));
  std::ranges::reverse(words);
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    for (const std::string& word : app.remaining()) refuse_unknown(command, word);
    fail("naru {}: {}; see naru {} --help", command.name, first_line(error.what()), command.name);
  }
  for (const std::string& word : app.remaining()) refuse_unknown(command, word);
  if (general.threads > 0) set_threads(static_cast<int>(general.threads));
  return true;
}

}  // namespace naru::cli
