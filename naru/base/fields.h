// A config is a plain struct with defaults and one `fields()` list. From that list come the command line's flag, the
// `--set key=value`, the TOML key, `--help`, the range check and the saved file.
//
//   struct TransformerConfig {
//     int64_t width = 512;
//     void fields(auto&& field) { field("width", width, "width of the residual stream", at_least(1)); }
//   };
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace naru {

/// What values a field takes.
struct Check {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;           // for text; empty = anything
  bool required = false, positional = false;  // on a command line
  std::string value = "TEXT";                 // what help calls a text
};
inline Check at_least(double low) { return {.low = low, .choices = {}}; }
inline Check between(double low, double high) { return {.low = low, .high = high, .choices = {}}; }
inline Check one_of(std::vector<std::string> choices) { return {.choices = std::move(choices)}; }
inline Check file_path() { return {.choices = {}, .value = "FILE"}; }
inline Check folder_path() { return {.choices = {}, .value = "DIR"}; }
inline Check required(Check check = {}) {
  check.required = true;
  return check;
}
/// Given without a flag: `naru inspect DIR`.
inline Check positional() { return {.choices = {}, .required = true, .positional = true}; }

/// A list takes one or more values after its flag, and its flag more than once.
using FieldValue = std::variant<bool*, int64_t*, double*, std::string*, std::vector<std::string>*>;

struct Field {
  std::string name;
  FieldValue value;
  std::string help;
  Check check;
  /// The value as text; numbers in the shortest form that reads back equal.
  std::string text() const;
  /// Error: names the field, the text and what is allowed. A list gets one more value.
  void set(std::string_view text) const;
};
using Fields = std::vector<Field>;

/// The list of a config's fields; they point into `config`.
template <class Config>
Fields fields_of(Config& config) {
  Fields list;
  config.fields([&](std::string name, auto& value, std::string help, Check check = {}) {
    list.push_back({std::move(name), &value, std::move(help), std::move(check)});
  });
  return list;
}

/// Null when there is none of that name.
const Field* find_field(const Fields& fields, std::string_view name);

/// The candidate with the smallest edit distance to `word`: "did you mean …?"
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace naru
