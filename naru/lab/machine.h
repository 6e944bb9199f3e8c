#pragma once

#include "naru/base/json.h"

namespace naru {

/// What a measurement was made on: `processor`, `isa` (of the kernels), `threads` in use.
Json machine_json();

}  // namespace naru
