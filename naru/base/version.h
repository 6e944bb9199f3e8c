#pragma once

namespace naru {

/// Semantic version of the library and the command, e.g. "0.1.0".
const char* version();

}  // namespace naru
