// A report: the page of web/ with a JSON document inside, one HTML file that needs nothing else. See docs/report.md.
#pragma once

#include <filesystem>
#include <string_view>

namespace naru {

/// Writes the report whole or not at all. `json` has the shape of `Report` in web/src/schema.ts or of
/// `LaboratoryReport` in web/src/findings.ts.
/// Error: names the file and the system's reason.
void write_report(const std::filesystem::path& file, std::string_view json);

}  // namespace naru
