// Where the time of a step goes: seconds and calls by name, off unless asked for (`naru train --profile`).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace naru {

struct ProfileRow {
  std::string name;
  int64_t calls = 0;
  double seconds = 0;  // the row's own: time inside a nested row counts there
};

void set_profiling(bool on);
/// Rows since profiling was switched on, dearest first.
std::vector<ProfileRow> profile();

/// Times the enclosing block under `name`. Costs one branch when off.
class Profiled {
 public:
  explicit Profiled(std::string_view name, std::string_view suffix = {}) {
    if (profiling) begin(name, suffix);
  }
  ~Profiled() {
    if (index_ >= 0) end();
  }
  Profiled(const Profiled&) = delete;
  Profiled& operator=(const Profiled&) = delete;

 private:
  friend void set_profiling(bool);
  void begin(std::string_view name, std::string_view suffix);
  void end();

  static inline bool profiling = false;
  int index_ = -1;
  Profiled* outer_ = nullptr;
  double nested_ = 0;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace naru
