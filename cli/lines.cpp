#include "cli/lines.h"

#include <fcntl.h>
#include <unicode/utf8.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "naru/base/error.h"
#include "naru/metrics/python_text.h"

namespace naru::cli {
namespace {

std::string shown(const std::string& path) { return path == "-" ? "standard input" : path; }

/// The whole content, unpacked when it is packed (zlib passes plain text through).
std::string read_unpacked(const std::string& path) {
  const int descriptor = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail("{}: cannot be read: {}", shown(path), std::strerror(errno));
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzdopen(descriptor, "rb"), gzclose_r);
  NARU_CHECK(file, "gzdopen: no memory");
  std::string content, piece(1 << 16, '\0');
  int count = 0;
  while ((count = gzread(file.get(), piece.data(), static_cast<unsigned>(piece.size()))) > 0)
    content.append(piece, 0, static_cast<size_t>(count));
  int problem = Z_OK;
  const char* reason = gzerror(file.get(), &problem);
  const auto line = 1 + std::count(content.begin(), content.end(), '\n');
  if (problem == Z_ERRNO) fail("{}: cannot be read: {}", shown(path), std::strerror(errno));
  if (problem != Z_OK && problem != Z_STREAM_END)
    fail("{}:{}: damaged or cut off here ({}); make the .gz again", shown(path), line, reason);
  return content;
}

void check_utf8(const std::string& line, const std::string& path, size_t number) {
  for (int32_t i = 0; i < static_cast<int32_t>(line.size());) {
    const int32_t here = i;
    UChar32 character;
    U8_NEXT(line.data(), i, static_cast<int32_t>(line.size()), character);
    if (character < 0)
      fail("{}:{}: invalid UTF-8 at byte {} of the line; save the text as UTF-8", shown(path), number, here + 1);
  }
}

bool is_tsv(const std::string& path) { return path.ends_with(".tsv") || path.ends_with(".tsv.gz"); }

}  // namespace

std::vector<std::string> read_lines(const std::string& path) {
  const std::string content = read_unpacked(path);
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < content.size();) {
    const size_t end = std::min(content.find('\n', begin), content.size());
    const std::string line = content.substr(begin, end - begin);
    check_utf8(line, path, lines.size() + 1);
    lines.emplace_back(python::strip_right(line));
    begin = end + 1;
  }
  return lines;
}

std::vector<std::string> read_targets(const std::string& path) {
  std::vector<std::string> lines = read_lines(path);
  if (!is_tsv(path)) return lines;
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto tabs = std::count(lines[i].begin(), lines[i].end(), '\t');
    if (tabs != 1) fail("{}:{}: expected 2 tab-separated columns, found {}", path, i + 1, tabs + 1);
    lines[i].erase(0, lines[i].find('\t') + 1);
  }
  return lines;
}

}  // namespace naru::cli
