// Work in processes of their own, for measuring what it takes: each begins as small as this process was when the
// FreshProcesses was made, whatever this one has done since.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace naru {

class FreshProcesses {
 public:
  /// Requests and answers are single lines.
  using Work = std::function<std::string(const std::string& request)>;
  /// Forks a process that waits. Call it early; no thread but ours may run.
  explicit FreshProcesses(const Work& work);
  ~FreshProcesses();
  FreshProcesses(const FreshProcesses&) = delete;
  FreshProcesses& operator=(const FreshProcesses&) = delete;

  /// What `work` answers in a new process. Error: what it failed with, or that it was killed.
  std::string operator()(const std::string& request) const;

 private:
  int socket_ = -1;
  pid_t waiting_ = -1;
};

}  // namespace naru
