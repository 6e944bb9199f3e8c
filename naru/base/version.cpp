#include "naru/base/version.h"

namespace naru {

const char* version() { return NARU_VERSION_STRING; }

}  // namespace naru
