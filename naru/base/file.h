// Files that are written whole or not at all, and read with errors that name the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace naru {

/// The whole file's bytes. Error: names the path and the system's reason.
std::string read_file(const std::filesystem::path& path);

/// Writes to `path` + a temporary suffix, syncs it, renames it, syncs the folder: after a crash at any moment the
/// path holds the old bytes or the new ones. Error: names the path and the system's reason; the old file stands. A
/// link stays one, to the new file; what is no file (a device, a pipe) gets the bytes as they come.
void write_file(const std::filesystem::path& path, std::string_view bytes);
/// The same, for content that is produced in pieces.
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& produce);
/// The name of the file that `write_file` was writing when a killed process left `name` behind; empty where `name` is
/// no such rest.
std::string_view interrupted_write(std::string_view name);

/// A folder that no other FolderLock can hold at the same time, in this process or another; the system lets go of it
/// however the process ends. Nothing is written. Error: someone holds it; the message begins with the folder's path.
/// Where the file system knows no locks, none is taken.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_;
};

/// Length and CRC-32 of a file's bytes, which are read in pieces: tells contents apart. Error: it cannot be read.
struct FileFingerprint {
  uint64_t bytes = 0;
  uint32_t crc = 0;
};
FileFingerprint fingerprint_of(const std::filesystem::path& path);

/// CRC-32 (IEEE 802.3, as in gzip) of bytes, continued from `crc`.
uint32_t crc32(std::string_view bytes, uint32_t crc = 0);

}  // namespace naru
