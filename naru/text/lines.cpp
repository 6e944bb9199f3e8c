#include "naru/text/lines.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>

#include "naru/base/error.h"
#include "naru/text/utf8.h"

namespace naru {
namespace {

constexpr size_t buffer_bytes = size_t{1} << 16;
constexpr size_t longest_line = size_t{1} << 24;

}  // namespace

/// Bytes of a file, decompressed where it is gzip (RFC 1952; several members one after the other count as one text).
class LineReader::Source {
 public:
  Source(const std::string& path, const std::string& name) {
    descriptor_ = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (descriptor_ < 0) fail("{}: cannot be read: {}", name, std::strerror(errno));
    if (fstat(descriptor_, &status) == 0 && S_ISDIR(status.st_mode)) {
      close(descriptor_);
      fail("{}: is a folder; name a text file", name);
    }
  }
  ~Source() {
    if (compressed_) inflateEnd(&stream_);
    if (descriptor_ > STDIN_FILENO) close(descriptor_);
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// Appends some bytes to `out`; false at the end. `place` goes into messages.
  bool read(std::string& out, const std::string& place) {
    if (!started_) start(place);
    if (compressed_) return inflate_some(out, place);
    if (raw_.empty() && !read_raw(place)) return false;
    out += raw_;
    raw_.clear();
    return true;
  }

 private:
  bool read_raw(const std::string& place) {
    const size_t kept = raw_.size();
    raw_.resize(kept + buffer_bytes);
    ssize_t got = 0;
    do {
      got = ::read(descriptor_, raw_.data() + kept, buffer_bytes);
    } while (got < 0 && errno == EINTR);
    raw_.resize(kept + static_cast<size_t>(got > 0 ? got : 0));
    if (got < 0) fail("{}: cannot be read: {}", place, std::strerror(errno));
    return got > 0;
  }

  void start(const std::string& place) {
    started_ = true;
    while (raw_.size() < 2 && (raw_.empty() || raw_[0] == '\x1f'))
      if (!read_raw(place)) return;
    if (raw_.size() < 2 || raw_[0] != '\x1f' || raw_[1] != '\x8b') return;
    NARU_CHECK(inflateInit2(&stream_, 15 + 16) == Z_OK, "lines: zlib cannot start");
    compressed_ = true;
  }

  bool inflate_some(std::string& out, const std::string& place) {
    const size_t kept = out.size();
    out.resize(kept + buffer_bytes);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + kept);
    stream_.avail_out = buffer_bytes;
    while (stream_.avail_out == buffer_bytes) {
      if (raw_.empty() && !read_raw(place)) {
        if (!between_members_) fail("{}: the compressed file ends too early; copy or fetch it again", place);
        out.resize(kept);
        return false;
      }
      inflate_raw(place);
    }
    out.resize(kept + buffer_bytes - stream_.avail_out);
    return true;
  }

  void inflate_raw(const std::string& place) {
    between_members_ = false;
    stream_.next_in = reinterpret_cast<Bytef*>(raw_.data());
    stream_.avail_in = static_cast<uInt>(raw_.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    raw_.erase(0, raw_.size() - stream_.avail_in);
    if (result == Z_STREAM_END) {
      between_members_ = true;
      inflateReset(&stream_);
    } else if (result != Z_OK) {
      fail("{}: the compressed file is damaged ({}); copy or fetch it again", place,
           stream_.msg ? stream_.msg : "unexpected bytes");
    }
  }

  int descriptor_ = -1;
  bool started_ = false, compressed_ = false, between_members_ = false;
  std::string raw_;
  z_stream stream_{};
};

LineReader::LineReader(const std::string& path, std::string name)
    : name_(!name.empty() ? std::move(name)
            : path == "-" ? standard_input_name
                          : path),
      source_(std::make_unique<Source>(path, name_)) {}
LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

std::string LineReader::place() const { return name_ + ":" + std::to_string(line_); }

bool LineReader::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  if (buffer_.size() > longest_line)
    fail("{}:{}: a line of more than {} MiB; is this a text file?", name_, line_ + 1, longest_line >> 20);
  return source_->read(buffer_, name_ + ":" + std::to_string(line_ + 1));
}

bool LineReader::next(std::string& line) {
  size_t searched = 0, end = std::string::npos;
  while ((end = buffer_.find('\n', at_ + searched)) == std::string::npos) {
    searched = buffer_.size() - at_;
    if (fill()) continue;
    if (buffer_.empty()) return false;
    end = buffer_.size();
    break;
  }
  ++line_;
  std::string_view found(buffer_.data() + at_, end - at_);
  at_ = std::min(end + 1, buffer_.size());
  if (found.ends_with('\r')) found.remove_suffix(1);
  if (line_ == 1 && found.starts_with("\xef\xbb\xbf")) found.remove_prefix(3);
  if (const size_t bad = first_invalid_utf8(found); bad != std::string_view::npos)
    fail("{}: byte {} (0x{:02x}) is not UTF-8; convert the file, e.g. with iconv -f CP949 -t UTF-8", place(), bad + 1,
         static_cast<uint8_t>(found[bad]));
  line.assign(found);
  return true;
}

bool is_read_once(const std::string& path) {
  if (path == "-") return true;
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) fail("{}: cannot be read: {}", path, std::strerror(errno));
  return !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

}  // namespace naru
