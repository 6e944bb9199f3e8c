#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace naru {

/// What a finished process left.
struct ProcessResult {
  int exit_code = -1;  // 128 + signal when it was killed
  std::string out, error;
  int64_t peak_bytes = 0;  // of resident memory
};

/// Runs `naru` with the given arguments and standard input, to its end; with a launcher's words (mpirun …) before it.
ProcessResult run_naru(const std::vector<std::string>& arguments, const std::string& input = "",
                       const std::vector<std::string>& launcher = {});

/// The lines of an output, without their ends.
std::vector<std::string> lines_of(const std::string& text);

/// All that `naru` shows on a terminal of so many columns.
std::string shown_by_naru(const std::vector<std::string>& arguments, unsigned short columns);

/// A `naru` that runs beside the test: to be talked to, or killed. Its log is dropped.
class RunningNaru {
 public:
  explicit RunningNaru(const std::vector<std::string>& arguments, const std::vector<std::string>& launcher = {});
  ~RunningNaru();
  RunningNaru(const RunningNaru&) = delete;
  RunningNaru& operator=(const RunningNaru&) = delete;

  void write(const std::string& text) const;
  void close_input();
  /// The next line of its output; what there is of it when `seconds` pass or the output ends.
  std::string read_line(double seconds);
  bool running();
  /// SIGKILL: no handler runs, nothing is flushed.
  void kill();
  /// SIGINT, as from Ctrl-C.
  void stop();
  /// Its exit code; 128 + signal when it was killed.
  int wait();

 private:
  pid_t child_ = -1;
  int input_ = -1, output_ = -1, exit_code_ = -1;
};

}  // namespace naru
