#include "naru/lab/report.h"

#include <cstddef>
#include <ostream>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/json.h"

namespace naru {

// The built page, made by cmake/embed.cmake.
extern const char report_template[];
extern const std::size_t report_template_size;

namespace {

constexpr std::string_view data_begin = "id=\"naru-data\">", placeholder = "NARU_DATA";

/// In JSON a "<" stands only in strings, where \u003c means the same and cannot end the script element.
void write_escaped(std::ostream& out, std::string_view json) {
  for (const char c : json) {
    if (c == '<')
      out << "\\u003c";
    else
      out.put(c);
  }
}

}  // namespace

void write_report(const std::filesystem::path& file, std::string_view json) {
  NARU_CHECK(!parse_json(json).is_discarded(), "report: the data is not JSON, or its text is not UTF-8");
  const std::string_view page(report_template, report_template_size);
  const std::size_t element = page.find(data_begin);
  NARU_CHECK(element != page.npos && page.substr(element + data_begin.size()).starts_with(placeholder),
             "report: the page has no place for its data");
  const std::size_t begin = element + data_begin.size();
  write_file(file, [&](std::ostream& out) {
    out << page.substr(0, begin);
    write_escaped(out, json);
    out << page.substr(begin + placeholder.size());
  });
}

}  // namespace naru
