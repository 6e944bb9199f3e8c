#pragma once

#include <string>
#include <vector>

namespace naru {

/// What a finished process left.
struct ProcessResult {
  int exit_code = -1;  // 128 + signal when it was killed
  std::string out, error;
};

/// Runs `naru` with the given arguments and standard input, to its end.
ProcessResult run_naru(const std::vector<std::string>& arguments, const std::string& input = "");

}  // namespace naru
