#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace naru {

/// A folder of a test's own, gone when the test ends; safe beside tests that run at the same time.
class TemporaryFolder {
 public:
  TemporaryFolder() { std::filesystem::create_directories(path_); }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  static inline std::atomic<int> made_{0};
  std::filesystem::path path_ = std::filesystem::temp_directory_path() /
                                ("naru_test_" + std::to_string(getpid()) + "_" + std::to_string(made_++));
};

}  // namespace naru
