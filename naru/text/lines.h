// Text files line by line. Whether a file is compressed is seen from its first bytes, not from its name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace naru {

/// What standard input is called in messages.
inline constexpr const char* standard_input_name = "standard input";

/// Reads a file (plain or gzip; `-` is standard input) without ever holding more than a line and a buffer. Lines
/// arrive as soon as they are written, so a terminal and a pipe can be answered line by line.
class LineReader {
 public:
  /// `name` is what messages call the file; empty = its path. Error: the file cannot be opened.
  explicit LineReader(const std::string& path, std::string name = "");
  ~LineReader();
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;

  /// The next line without its end (LF or CR LF; a byte order mark is dropped). False at the end of the file.
  /// Error, with file and line: invalid UTF-8, a compressed file that is cut off or damaged, a line above 16 MiB.
  bool next(std::string& line);

  /// Lines read so far, which is the number of the last one.
  int64_t line() const { return line_; }
  const std::string& name() const { return name_; }
  /// "corpus.tsv:1042", the place of the last line.
  std::string place() const;

 private:
  class Source;
  bool fill();

  std::string name_;
  std::unique_ptr<Source> source_;
  std::string buffer_;
  size_t at_ = 0;
  int64_t line_ = 0;
};

/// True for what can be read only once: standard input, a pipe. Error: there is no such file.
bool is_read_once(const std::string& path);

}  // namespace naru
