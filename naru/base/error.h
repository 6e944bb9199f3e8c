// Two kinds of failure, and nothing else: `Error` is the user's mistake, `CheckFailure` is ours.
#pragma once

#include <fmt/core.h>

#include <stdexcept>
#include <string>

namespace naru {

/// A user's mistake. The message is one line that names the thing, the place and the mend;
/// the command line prints it and exits with code 2.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : std::runtime_error(message) {}
};

/// A programmer's mistake: an internal invariant did not hold. Exit code 1.
class CheckFailure : public std::logic_error {
 public:
  explicit CheckFailure(const std::string& message) : std::logic_error(message) {}
};

/// Throws `Error` with a formatted message: `fail("{}:{}: expected {} columns", file, line, n)`.
template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...));
}

/// body(); a mistake found in it gets its place in front: "config.json: heads: 'x' is not a whole number".
template <class Body>
void at_place(const std::string& place, Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    fail("{}: {}", place, error.what());
  }
}

namespace detail {
[[noreturn]] void check_failed(const char* condition, const char* file, int line, std::string message);
}  // namespace detail

}  // namespace naru

/// NARU_CHECK(condition, "op: what is wrong, {}", values…): throws `CheckFailure`.
#define NARU_CHECK(condition, ...)                                                              \
  do {                                                                                          \
    if (!(condition)) [[unlikely]]                                                              \
      ::naru::detail::check_failed(#condition, __FILE__, __LINE__, ::fmt::format(__VA_ARGS__)); \
  } while (0)
