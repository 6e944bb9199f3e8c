// Log lines go to standard error, never to standard output; results own standard output.
#pragma once

#include <fmt/core.h>

#include <string>

namespace naru {

enum class LogLevel { info, warning, error };

/// Writes one line to standard error. Thread-safe.
void log_line(LogLevel level, const std::string& message);
/// Silences lines below (tests).
void set_log_level(LogLevel lowest_shown);

/// True when standard error is a terminal: progress is then one line redrawn in place.
bool log_is_terminal();
/// Redraws the progress line on a terminal, as much of it as fits the width; a following log line clears it first.
/// Elsewhere: nothing.
void log_progress(const std::string& line);
/// Ends the progress line, so that what follows starts on a fresh one.
void log_progress_done();

}  // namespace naru

/// NARU_LOG(info, "step {}", step)
#define NARU_LOG(level, ...) ::naru::log_line(::naru::LogLevel::level, ::fmt::format(__VA_ARGS__))
