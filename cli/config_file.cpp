// The only file that sees toml++.
#include "cli/config_file.h"

#include <toml++/toml.h>

#include <algorithm>

#include "naru/base/file.h"

namespace naru::cli {
namespace {

/// A number, text or truth as a word.
std::string word_of(const toml::node& value, const std::string& place) {
  if (const auto* text = value.as_string()) return text->get();
  if (const auto* number = value.as_integer()) return fmt::format("{}", number->get());
  if (const auto* number = value.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* truth = value.as_boolean()) return truth->get() ? "true" : "false";
  fail("{}: a value must be a text, a number, true or false, or a list of them", place);
}

std::vector<std::string> words_of(const std::string& option, const toml::node& value, const std::string& place) {
  if (const auto* truth = value.as_boolean()) return truth->get() ? std::vector{option} : std::vector<std::string>{};
  if (const auto* list = value.as_array()) {
    std::vector<std::string> words{option};
    for (const toml::node& one : *list) words.push_back(word_of(one, place));
    if (words.size() == 1) fail("{}: an empty list; leave the key out, or give it values", place);
    return words;
  }
  return {option + "=" + word_of(value, place)};
}

toml::table parsed(const std::string& path) {
  try {
    return toml::parse(read_file(path), path);
  } catch (const toml::parse_error& error) {
    fail("{}:{}: {}", path, error.source().begin.line, error.description());
  }
}

/// Takes `--config FILE` or `--config=FILE` out of the words; empty when neither is there. The last one counts.
std::string take_path(std::vector<std::string>& words) {
  std::string path;
  for (size_t i = 0; i < words.size();) {
    const bool alone = words[i] == "--config";
    if (!alone && !words[i].starts_with("--config=")) {
      ++i;
      continue;
    }
    if (alone && i + 1 == words.size()) fail("--config: needs a file");
    path = alone ? words[i + 1] : words[i].substr(words[i].find('=') + 1);
    words.erase(words.begin() + static_cast<int64_t>(i), words.begin() + static_cast<int64_t>(alone ? i + 2 : i + 1));
  }
  return path;
}

}  // namespace

std::vector<std::string> with_config_file(const Command& command, std::span<const std::string> arguments,
                                          const std::vector<std::string>& options) {
  std::vector<std::string> words(arguments.begin(), arguments.end());
  const std::string path = take_path(words);
  if (path.empty()) return words;
  const auto is_given = [given = words](const std::string& option) {
    return std::ranges::any_of(
        given, [&](const std::string& word) { return word == option || word.starts_with(option + "="); });
  };
  for (const auto& [key, value] : parsed(path)) {
    const std::string place = fmt::format("{}:{}", path, key.source().begin.line);
    const std::string option = "--" + std::string(key.str());
    if (std::ranges::find(options, option) == options.end())
      fail("{}: naru {} has no option '{}'; did you mean {}?", place, command.name, key.str(),
           nearest(option, options).substr(2));
    if (is_given(option)) continue;
    std::ranges::move(words_of(option, value, place), std::back_inserter(words));
  }
  return words;
}

}  // namespace naru::cli
