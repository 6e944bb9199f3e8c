#include "naru/base/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "naru/base/error.h"

namespace naru {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words)
    if (!word.empty()) text += (text.empty() ? "" : ", ") + word;
  return text;
}

template <class Number>
Number parse_number(const Field& field, std::string_view text) {
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size())
    fail("{}: '{}' is not a {}", field.name, text, std::is_integral_v<Number> ? "whole number" : "number");
  const auto value = static_cast<double>(number);
  if (!std::isfinite(value)) fail("{}: '{}' is not a finite number", field.name, text);
  if (value < field.check.low) fail("{}: {} is too small, need at least {:g}", field.name, text, field.check.low);
  if (value > field.check.high)
    fail("{}: {} is too large, at most {:g} is allowed", field.name, text, field.check.high);
  return number;
}

bool parse_bool(const Field& field, std::string_view text) {
  if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return false;
  fail("{}: '{}' is neither true nor false", field.name, text);
}

void check_choice(const Field& field, std::string_view text) {
  const auto& choices = field.check.choices;
  if (!choices.empty() && std::ranges::find(choices, text) == choices.end())
    fail("{}: '{}' is not one of {}", field.name, text, joined(choices));
}

struct Setter {
  const Field& field;
  std::string_view text;
  void operator()(bool* value) const { *value = parse_bool(field, text); }
  void operator()(int64_t* value) const { *value = parse_number<int64_t>(field, text); }
  void operator()(double* value) const { *value = parse_number<double>(field, text); }
  void operator()(std::string* value) const {
    check_choice(field, text);
    *value = text;
  }
  void operator()(std::vector<std::string>* values) const {
    check_choice(field, text);
    values->emplace_back(text);
  }
};

struct Printer {
  std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
  std::string operator()(const int64_t* value) const { return fmt::format("{}", *value); }
  std::string operator()(const double* value) const { return fmt::format("{}", *value); }
  std::string operator()(const std::string* value) const { return *value; }
  std::string operator()(const std::vector<std::string>* values) const { return joined(*values); }
};

}  // namespace

std::string Field::text() const { return std::visit(Printer{}, value); }
void Field::set(std::string_view text) const { std::visit(Setter{*this, text}, value); }

const Field* find_field(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  const auto distance = [word](const std::string& other) {
    std::vector<size_t> row(other.size() + 1);
    for (size_t j = 0; j <= other.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= word.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j <= other.size(); ++j) {
        const size_t substituted = diagonal + (word[i - 1] != other[j - 1]);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
      }
    }
    return row[other.size()];
  };
  NARU_CHECK(!candidates.empty(), "nearest: no candidates for '{}'", word);
  return *std::ranges::min_element(candidates, {}, distance);
}

}  // namespace naru
