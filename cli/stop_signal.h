// Ctrl-C in a command that has something to put in order first.
#pragma once

#include <atomic>
#include <csignal>

namespace naru::cli {

/// While one lives, the first SIGINT or SIGTERM sets `asked`; the second ends the process.
class StopSignal {
 public:
  StopSignal() {
    set([](int signal) { asked = true, std::signal(signal, SIG_DFL); });
  }
  ~StopSignal() { set(SIG_DFL); }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  static inline std::atomic<bool> asked = false;

 private:
  static void set(void (*handler)(int)) {
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, handler);
  }
};

}  // namespace naru::cli
