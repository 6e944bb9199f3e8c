#include "naru/base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "naru/base/error.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

const std::string temporary_ending = ".tmp";  // the process's number follows

/// False: `errno` says why the bytes may not have reached the disk.
bool sync_path(const fs::path& path, int flags) {
  const int descriptor = open(path.c_str(), flags);
  if (descriptor < 0) return false;
  const bool done = fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP;  // some mounts cannot
  const int reason = errno;
  close(descriptor);
  errno = reason;
  return done;
}

/// For a device or a pipe, in whose place a file must not be put.
void write_into(const fs::path& path, const std::function<void(std::ostream&)>& produce) {
  std::ofstream out(path, std::ios::binary);
  if (!out) fail("{}: cannot be opened: {}", path.string(), std::strerror(errno));
  produce(out);
  out.close();
  if (!out) fail("{}: cannot be written: {}", path.string(), std::strerror(errno));
}

}  // namespace

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(path)) fail("{}: cannot be read: {}", path.string(), std::strerror(in ? EISDIR : errno));
  std::string bytes(static_cast<size_t>(fs::file_size(path)), '\0');
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    fail("{}: ended after {} of {} bytes", path.string(), in.gcount(), bytes.size());
  return bytes;
}

void write_file(const fs::path& given, const std::function<void(std::ostream&)>& produce) {
  std::error_code none;
  if (fs::is_other(given, none)) return write_into(given, produce);
  const fs::path path = fs::is_symlink(given, none) && fs::exists(given, none) ? fs::canonical(given) : given;
  const fs::path temporary = path.string() + temporary_ending + std::to_string(getpid());
  const auto give_up = [&](const char* what) {
    const int reason = errno;
    std::error_code ignored;
    fs::remove(temporary, ignored);
    fail("{}: cannot be {}: {}", path.string(), what, std::strerror(reason));
  };
  {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    if (!out) give_up("created");
    try {
      produce(out);
    } catch (...) {
      std::error_code ignored;
      fs::remove(temporary, ignored);
      throw;
    }
    out.close();
    if (!out) give_up("written");
  }
  if (!sync_path(temporary, O_RDONLY)) give_up("written");
  if (std::rename(temporary.c_str(), path.c_str()) != 0) give_up("put in place");
  // Where a folder cannot be synced (some network mounts) the rename stands all the same.
  sync_path(path.has_parent_path() ? path.parent_path() : fs::path("."), O_RDONLY | O_DIRECTORY);
}

std::string_view interrupted_write(std::string_view name) {
  const size_t digits = name.find_last_not_of("0123456789") + 1;  // of the process
  return digits < name.size() && name.substr(0, digits).ends_with(temporary_ending)
             ? name.substr(0, digits - temporary_ending.size())
             : std::string_view();
}

void write_file(const fs::path& path, std::string_view bytes) {
  write_file(path, [&](std::ostream& out) { out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); });
}

FolderLock::FolderLock(const fs::path& folder) : descriptor_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ < 0 || flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  close(descriptor_);
  fail("{}: in use by another process; wait for it to end, or name another folder", folder.string());
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

FileFingerprint fingerprint_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail("{}: cannot be read: {}", path.string(), std::strerror(errno));
  std::string piece(size_t{1} << 20, '\0');
  FileFingerprint found;
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    found.bytes += static_cast<uint64_t>(in.gcount());
    found.crc = crc32(std::string_view(piece.data(), static_cast<size_t>(in.gcount())), found.crc);
  }
  return found;
}

uint32_t crc32(std::string_view bytes, uint32_t crc) {
  return static_cast<uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace naru
