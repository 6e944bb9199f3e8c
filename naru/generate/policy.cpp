#include "naru/generate/policy.h"

#include <charconv>

#include "naru/base/error.h"

namespace naru {

Policy policy_of(const std::string& name) {
  constexpr int64_t most = 1000;
  if (name == "whole") return {};
  if (name == "agreement") return {Policy::Kind::agreement, 2};
  const size_t dash = name.find('-');
  const std::string kind = name.substr(0, dash);
  if (dash == std::string::npos || (kind != "wait" && kind != "agreement" && kind != "chunk"))
    fail("--policy {}: unknown; whole, wait-K, agreement, agreement-N or chunk-N", name);
  int64_t number = 0;
  const char* const end = name.data() + name.size();
  const auto [last, problem] = std::from_chars(name.data() + dash + 1, end, number);
  const int64_t least = kind == "agreement" ? 2 : 1;
  if (problem != std::errc() || last != end || number < least || number > most)
    fail("--policy {}: needs a number from {} to {} after '{}-'", name, least, most, kind);
  return {kind == "wait"        ? Policy::Kind::wait
          : kind == "agreement" ? Policy::Kind::agreement
                                : Policy::Kind::chunk,
          number};
}

}  // namespace naru
