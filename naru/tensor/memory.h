// Memory for tensors: taken from the system in large pieces, given back to our own free list, so that a training step
// allocates nothing from the system after the first few; and counted by what it serves.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace naru {

enum class Purpose : uint8_t { weights, gradients, optimizer, activations, workspace };
inline constexpr int purpose_count = 5;
std::string_view name(Purpose purpose);

enum class Device : uint8_t { cpu, cuda };
std::string_view name(Device device);

/// Bytes in use by live tensors (each rounded up to 64), now and at the highest since `reset_peak_memory`.
struct MemoryUse {
  int64_t current = 0, peak = 0;
};
MemoryUse memory_use(Purpose purpose);
/// Over all purposes together; its peak is that of the sum.
MemoryUse memory_use();
/// Bytes taken from the system, free blocks included.
int64_t memory_held();
void reset_peak_memory();
/// So much will be held in all, by plan: up to there memory is taken from the system in reserve, beyond it as it is
/// asked for. 0: not known.
void expect_memory(int64_t bytes);
/// Gives memory that no tensor uses back to the system, and what the C library keeps of all else that was freed.
void release_unused_memory();
/// Gives whole pages inside [data, data + bytes) back to the system: those of a file are read again if they are needed
/// again, others are zeros then.
void give_back_pages(const void* data, int64_t bytes);

/// A block of memory.
class Storage {
 public:
  /// 64-byte aligned, counted; returns to the free list when the last handle goes.
  Storage(int64_t bytes, Purpose purpose);
  /// Numbers that lie in a file, which `file` keeps mapped (for this process alone); not counted.
  Storage(std::shared_ptr<const void> file, std::byte* data, int64_t bytes)
      : data_(data), bytes_(bytes), file_(std::move(file)) {}
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  std::byte* data() const { return data_; }
  int64_t bytes() const { return bytes_; }

  /// Says that the contents were changed in place: what was derived from them goes.
  void touch() {
    const std::scoped_lock lock(derived_mutex_);
    derived_.clear();
    changed_ = true;
  }
  /// Says that these bytes are not needed soon, since what was derived from them is kept: if they lie in a file, and
  /// are still as they are there, they need not be in memory.
  void let_go(int64_t begin, int64_t bytes) {
    if (file_ && !changed_) give_back_pages(data_ + begin, bytes);
  }
  /// A value derived from the contents (a packed copy for matrix products), kept until they change. `make` runs at most
  /// once per key, also when many threads ask.
  template <class T, class Make>
  std::shared_ptr<const T> derived(uint64_t key, Make&& make) {
    const std::scoped_lock lock(derived_mutex_);
    auto& value = derived_[key];
    if (!value) value = make();
    return std::static_pointer_cast<const T>(value);
  }

 private:
  std::byte* data_;
  int64_t bytes_;
  Purpose purpose_ = Purpose::weights;
  std::shared_ptr<const void> file_;   // null: from the allocator
  std::atomic<bool> changed_ = false;  // in place, since it was made
  std::mutex derived_mutex_;
  std::unordered_map<uint64_t, std::shared_ptr<const void>> derived_;
};

}  // namespace naru
