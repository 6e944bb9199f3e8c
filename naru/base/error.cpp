#include "naru/base/error.h"

namespace naru::detail {

void check_failed(const char* condition, const char* file, int line, std::string message) {
  throw CheckFailure(fmt::format("{} ({}:{}: {})", message, file, line, condition));
}

}  // namespace naru::detail
