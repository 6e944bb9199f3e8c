#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace naru {

/// How far training is: one line redrawn on a terminal, a plain line now and then elsewhere.
class Progress {
 public:
  struct Now {
    int64_t step = 0, epoch = 0, target_tokens = 0;  // of this step
    double loss = 0, nll = 0, learning_rate = 0, step_seconds = 0;
    double share_done = 0;      // of the planned work, for the time left; 0 = unknown
    double active_seconds = 0;  // over all runs
  };
  /// `name` stands before each line where several models train in turn; may be empty.
  explicit Progress(std::string name = "") : name_(std::move(name)) {}
  void show(const Now& now);
  /// What is shown: means over what `show` was given, and the rest of now.
  std::string line(const Now& now) const;

 private:
  std::string name_;
  double loss_ = 0, nll_ = 0, rate_ = 0;  // running means
  int64_t shown_ = 0;
  std::chrono::steady_clock::time_point last_drawn_{}, last_logged_{};
};

/// "1:02:03", "4:05"
std::string clock_text(double seconds);

}  // namespace naru
