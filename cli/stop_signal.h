// Ctrl-C in a command that has something to put in order first.
#pragma once

#include <atomic>
#include <csignal>

namespace naru::cli {

/// What reads the log may end before this process (by the same Ctrl-C, say): that must not end it before it has saved.
inline void outlive_readers() { std::signal(SIGPIPE, SIG_IGN); }

/// While one lives, the first SIGINT, SIGTERM or SIGHUP sets `asked`; the second ends the process.
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
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
      if (std::signal(signal, handler) == SIG_IGN) std::signal(signal, SIG_IGN);  // as nohup wants it
  }
};

}  // namespace naru::cli
