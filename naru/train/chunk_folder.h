// Long work on a corpus that a kill at any moment interrupts but does not undo: a folder holds what is finished, a file
// of each chunk, until all of them become one.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace naru {

/// Work that is done a chunk at a time; equal work gives equal bytes.
struct ChunkedWork {
  std::string doing, done;                                  // "translating", "translated"
  std::string units;                                        // "lines"
  int64_t all = 0;                                          // units
  std::function<int64_t()> next;                            // so many units has the next chunk; 0: there is none
  std::function<bool(const std::filesystem::path&)> holds;  // whether a file is that chunk, whole
  std::function<std::string()> make;                        // its bytes
};

/// `made-from.json` says of what; `000000.txt` … are finished chunks; the last of the `whole` files says by its
/// presence that all is done, and is what remains.
class ChunkFolder {
 public:
  struct Names {
    std::filesystem::path folder;
    std::string ending;              // of the chunks: ".txt"
    std::vector<std::string> whole;  // files that the chunks become, in the order in which they are written
  };
  ChunkFolder(Names names, std::string made_from) : names_(std::move(names)), made_from_(std::move(made_from)) {}

  /// Whether the folder is of something else than `made_from`. False where there is none.
  bool is_of_other() const;
  bool whole() const;
  std::filesystem::path file(const std::string& name) const { return names_.folder / name; }
  /// The finished chunks in order.
  std::vector<std::filesystem::path> chunks() const;

  /// Makes the folder and every chunk that is not there yet, then has `join` write the whole files. False: `stop` was
  /// set before all chunks were there.
  bool make(const ChunkedWork& work, const std::function<void()>& join, const std::atomic<bool>& stop) const;

 private:
  std::filesystem::path chunk(int64_t index) const;
  bool is_chunk(const std::string& name) const;
  bool make_chunks(const ChunkedWork& work, const std::atomic<bool>& stop) const;
  void remove_rests() const;

  Names names_;
  std::string made_from_;
};

}  // namespace naru
