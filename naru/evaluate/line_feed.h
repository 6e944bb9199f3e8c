#pragma once

#include <memory>
#include <string>
#include <vector>

namespace naru {

/// Reads lines on a thread of its own, so that a translator takes what has arrived: a whole window from a file, one
/// line from somebody who types and waits.
class LineFeed {
 public:
  /// A file, or - for standard input. Error: as LineReader.
  explicit LineFeed(const std::string& path);
  ~LineFeed();
  LineFeed(const LineFeed&) = delete;
  LineFeed& operator=(const LineFeed&) = delete;

  /// At least one line, then those that are there, up to `most`; empty at the end. Error: what the reader met, after
  /// the lines before it were given.
  std::vector<std::string> next(size_t most);

 private:
  struct Shared;  // the thread's as well: it may outlive the feed, waiting for input that nobody types
  std::shared_ptr<Shared> shared_;
};

}  // namespace naru
