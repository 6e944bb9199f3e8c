// A file of checked blocks, written in order and read in any.
//
// A magic word; blocks, each with its CRC-32; the place of every block; a header (JSON); where these two lie, with
// their CRC-32.
#pragma once

#include <cstdint>
#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "naru/base/json.h"

namespace naru {

/// The last bytes of the file.
struct BlockFileTrailer {
  uint64_t index, header;  // where they begin; the index ends where the header begins
  uint32_t crc, zero;      // of index and header
};

class BlockFileWriter {
 public:
  /// `magic`: eight characters that say of what the file is.
  BlockFileWriter(std::ostream& out, std::string_view magic);
  void add(std::string_view block);
  /// Nothing can be added any more.
  void finish(const Json& header);

 private:
  std::ostream& out_;
  uint64_t place_;
  std::vector<uint64_t> places_;
};

/// A file's bytes where they lie: what was read of them counts as memory until `let_go`.
class MappedFile {
 public:
  /// Error: it cannot be read, or is empty.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&&) = delete;

  std::string_view bytes() const { return bytes_; }
  void let_go() const;

 private:
  std::string_view bytes_;
};

class BlockFile {
 public:
  /// Error: names the file and what is wrong with it.
  BlockFile(std::filesystem::path path, std::string_view magic);

  const Json& header() const { return header_; }
  int64_t blocks() const { return blocks_; }
  /// Its bytes, for as long as the file lives. Safe from many threads. Error: the block is damaged.
  std::string_view block(int64_t index) const;
  /// Says that a block, or `header`, is not as it was written.
  [[noreturn]] void refuse(const std::string& what) const;
  static std::string name_of(int64_t block);
  /// Pages that were read no longer count as this process's memory. Safe beside reading.
  void let_go() const { file_.let_go(); }

 private:
  std::filesystem::path path_;
  MappedFile file_;
  Json header_;
  uint64_t index_ = 0;  // where the places of the blocks begin
  int64_t blocks_ = 0;
};

}  // namespace naru
