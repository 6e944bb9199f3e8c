#pragma once

#include <string>

#include "naru/lab/demo.h"

namespace naru {

/// Who won where, by how much, and what length did to each: sentences made from the figures alone.
std::string demo_conclusion(const std::vector<std::string>& test_sets, const std::vector<ContestantResult>& results,
                            const ContestantResult& baseline, bool korean);

/// All results, curves and attention maps: what report.html shows, as JSON.
std::string demo_json(const Demo& demo, const DemoOptions& options);

}  // namespace naru
