// The report's blocks as text of a terminal.
#pragma once

#include <string>

#include "naru/base/json.h"

namespace naru {

/// The text of a `Text` of the report.
std::string text_of(const Json& text, bool korean);
/// A block of an experiment: a table; a plot's points as one; a heat map's numbers; sentences side by side.
std::string block_text(const Json& block, bool korean);
/// A claim: what the lecture says, what the papers say, what was measured, the verdict.
std::string claim_text(const Json& claim, bool korean);

}  // namespace naru
