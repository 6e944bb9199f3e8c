// spdlog does the locking and the writing; this file adds the progress line beneath the log.
#include "naru/base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <mutex>

namespace naru {
namespace {

std::mutex progress_mutex;
std::string progress;  // what the terminal's last line shows now; empty when none

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_color_mt("naru");
    made->set_pattern(log_is_terminal() ? "%^%v%$" : "%v");
    return made;
  }();
  return *instance;
}

void clear_progress() {
  if (!progress.empty()) std::fputs("\r\033[K", stderr);
}

/// As many code points as fit on the terminal: a line that wraps cannot be redrawn in place.
std::string fitting(const std::string& line) {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return line;
  int columns = 0;
  for (size_t i = 0; i < line.size(); ++i)
    if ((static_cast<unsigned char>(line[i]) & 0xc0) != 0x80 && ++columns == size.ws_col) return line.substr(0, i);
  return line;
}

}  // namespace

bool log_is_terminal() {
  static const bool terminal = isatty(STDERR_FILENO) != 0;
  return terminal;
}

void log_line(LogLevel level, const std::string& message) {
  const std::scoped_lock lock(progress_mutex);
  clear_progress();
  switch (level) {
    case LogLevel::info: logger().info(message); break;
    case LogLevel::warning: logger().warn("warning: {}", message); break;
    case LogLevel::error: logger().error("error: {}", message); break;
  }
  if (!progress.empty()) std::fputs(progress.c_str(), stderr);
}

void set_log_level(LogLevel lowest_shown) {
  constexpr spdlog::level::level_enum levels[] = {spdlog::level::info, spdlog::level::warn, spdlog::level::err};
  logger().set_level(levels[static_cast<int>(lowest_shown)]);
}

void log_progress(const std::string& line) {
  if (!log_is_terminal()) return;
  const std::scoped_lock lock(progress_mutex);
  progress = fitting(line);
  std::fprintf(stderr, "\r\033[K%s", progress.c_str());
  std::fflush(stderr);
}

void log_progress_done() {
  const std::scoped_lock lock(progress_mutex);
  if (!progress.empty()) std::fputc('\n', stderr);
  progress.clear();
}

}  // namespace naru
