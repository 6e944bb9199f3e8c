#include "naru/lab/findings_text.h"

#include <fmt/core.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace naru {
namespace {

/// Columns of a terminal: Korean takes two.
int64_t width(const std::string& text) {
  int64_t columns = 0;
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < length;) {
    UChar32 point = 0;
    U8_NEXT(text.c_str(), i, length, point);
    const int category = u_charType(point);
    if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK) continue;
    const int wide = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
    columns += wide == U_EA_FULLWIDTH || wide == U_EA_WIDE ? 2 : 1;
  }
  return columns;
}

std::string padded(const std::string& text, int64_t columns, bool right) {
  const std::string space(static_cast<size_t>(std::max<int64_t>(0, columns - width(text))), ' ');
  return right ? space + text : text + space;
}

/// Enough digits to tell figures apart.
std::string number(double value) {
  const double size = std::abs(value);
  if (value == std::round(value) && size < 1e6) return fmt::format("{:.0f}", value);
  if (size >= 1e6 || size < 1e-3) return fmt::format("{:.2e}", value);
  return fmt::format("{:.{}f}", value, size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4);
}

std::string cell(const Json& value, bool korean) {
  if (value.is_null()) return "–";
  return value.is_number() ? number(value.get<double>()) : text_of(value, korean);
}

using Rows = std::vector<std::vector<std::string>>;

/// The first column to the left, the others to the right.
std::string aligned(const Rows& rows) {
  std::vector<int64_t> widths;
  for (const auto& row : rows)
    for (size_t i = 0; i < row.size(); ++i) {
      if (i == widths.size()) widths.push_back(0);
      widths[i] = std::max(widths[i], width(row[i]));
    }
  std::string text;
  for (const auto& row : rows) {
    std::string line = " ";
    for (size_t i = 0; i < row.size(); ++i) line += " " + padded(row[i], widths[i], i > 0) + " ";
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string table_text(const Json& block, bool korean) {
  Rows rows(1);
  for (const Json& head : block["head"]) rows[0].push_back(text_of(head, korean));
  for (const Json& row : block["rows"]) {
    rows.emplace_back();
    for (const Json& value : row) rows.back().push_back(cell(value, korean));
  }
  return aligned(rows);
}

std::string plot_text(const Json& block, bool korean) {
  Rows rows{{text_of(block["x"]["label"], korean)}};
  std::map<double, std::vector<std::string>> by_x;
  const Json& series = block["series"];
  for (size_t i = 0; i < series.size(); ++i) {
    rows[0].push_back(text_of(series[i]["name"], korean));
    for (const Json& point : series[i]["points"]) {
      auto& row = by_x[point["x"].get<double>()];
      row.resize(series.size());
      row[i] = number(point["y"].get<double>());
    }
  }
  for (const auto& [x, values] : by_x) {
    const bool named = block["x"].contains("categories");
    std::vector<std::string> row{named ? text_of(block["x"]["categories"].at(static_cast<size_t>(x)), korean)
                                       : number(x)};
    row.insert(row.end(), values.begin(), values.end());
    rows.push_back(std::move(row));
  }
  return fmt::format("  ({})\n", text_of(block["y"]["label"], korean)) + aligned(rows);
}

std::string heat_text(const Json& block, bool korean) {
  Rows rows{{""}};
  for (const Json& name : block["columns"]["names"]) rows[0].push_back(name.get<std::string>());
  for (size_t i = 0; i < block["values"].size(); ++i) {
    rows.push_back({block["rows"]["names"].at(i).get<std::string>()});
    for (const Json& value : block["values"][i])
      rows.back().push_back(value.is_null() ? "–" : fmt::format("{:.2f}", value.get<double>()));
  }
  return fmt::format("  ({} × {})\n", text_of(block["rows"]["label"], korean),
                     text_of(block["columns"]["label"], korean)) +
         aligned(rows);
}

std::string examples_text(const Json& block, bool korean) {
  std::string text;
  for (const Json& line : block["lines"]) {
    text += "  " + line["source"].get<std::string>() + "\n";
    Rows rows{{korean ? "정답" : "reference", line["reference"].get<std::string>()}};
    for (const Json& one : line["translations"])
      rows.push_back({one["name"].get<std::string>(), one["text"].get<std::string>()});
    int64_t names = 0;
    for (const auto& row : rows) names = std::max(names, width(row[0]));
    for (const auto& row : rows) text += "    " + padded(row[0], names, false) + "  " + row[1] + "\n";
    if (line.contains("note")) text += "    (" + text_of(line["note"], korean) + ")\n";
  }
  return text;
}

}  // namespace

std::string text_of(const Json& text, bool korean) {
  if (text.is_object()) return text.value(korean ? "ko" : "en", "");
  return text.is_string() ? text.get<std::string>() : std::string();
}

std::string block_text(const Json& block, bool korean) {
  const std::string type = block.value("type", "");
  if (type == "text") return "\n" + text_of(block["text"], korean) + "\n";
  std::string body;
  if (type == "table") body = table_text(block, korean);
  if (type == "plot") body = plot_text(block, korean);
  if (type == "heat") body = heat_text(block, korean);
  if (type == "examples") body = examples_text(block, korean);
  if (body.empty()) return "";
  const std::string note = block.contains("note") ? text_of(block["note"], korean) : "";
  return "\n" + text_of(block["title"], korean) + "\n" + body + (note.empty() ? "" : "  " + note + "\n");
}

std::string claim_text(const Json& claim, bool korean) {
  const auto line = [&](const char* in_korean, const char* in_english, const std::string& text) {
    return text.empty() ? "" : "  " + padded(korean ? in_korean : in_english, 9, false) + " " + text + "\n";
  };
  static const std::map<std::string, std::string> verdicts{{"holds", "맞다"},
                                                           {"holds if", "조건부로 맞다"},
                                                           {"does not hold", "맞지 않다"},
                                                           {"agrees", "방향이 같다"},
                                                           {"disagrees", "방향이 다르다"},
                                                           {"undecided", "판단할 수 없다"},
                                                           {"not measured", "재지 않음"}};
  const std::string verdict = claim["verdict"].get<std::string>();
  std::string said = korean ? verdicts.at(verdict) : verdict;
  if (claim.contains("condition")) said += ": " + text_of(claim["condition"], korean);
  std::string rules;
  for (const Json& rule : claim["rule"]) rules += (rules.empty() ? "" : "; ") + text_of(rule, korean);
  return fmt::format("\n{} (§{}, {})\n", claim["id"].get<std::string>(), claim["section"].get<std::string>(),
                     claim["kind"].get<std::string>()) +
         line("강의", "lecture", text_of(claim["lecture"], korean)) +
         line("논문", "paper", text_of(claim["paper"], korean)) + line("규칙", "rule", rules) +
         line("측정", "measured", text_of(claim["measured"], korean)) +
         line("사유", "reason", claim.contains("reason") ? text_of(claim["reason"], korean) : "") +
         line("판정", "verdict", said);
}

}  // namespace naru
