#pragma once

#include <filesystem>
#include <string>

#include "naru/lab/demo.h"

namespace naru {

/// Who won where, by how much, and what length did to each: sentences made from the figures alone.
std::string demo_conclusion(const std::vector<std::string>& test_sets, const std::vector<DemoResult>& results,
                            const DemoResult& baseline, bool korean);

/// report.html: the page with all results, curves and attention maps.
void write_demo_report(const std::filesystem::path& path, const Demo& demo, const DemoOptions& options);

}  // namespace naru
