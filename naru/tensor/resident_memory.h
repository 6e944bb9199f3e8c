// Memory of the whole process, as the system counts it: weights that lie in files, the program and all else.
#pragma once

#include <cstdint>

namespace naru {

/// Bytes that this process has had resident at most, since the last reset.
int64_t peak_resident_bytes();
/// What is resident now counts from here on, without memory that nothing uses.
void reset_peak_resident();

}  // namespace naru
