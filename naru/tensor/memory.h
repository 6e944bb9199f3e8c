// Memory for tensors: taken from the system in large pieces, given back to our own free list, so that a training step
// allocates nothing from the system after the first few; and counted by what it serves.
#pragma once

#include <array>
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

/// A block of memory, 64-byte aligned; returns to the free list when the last handle goes.
class Storage {
 public:
  Storage(int64_t bytes, Purpose purpose);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  std::byte* data() const { return data_; }
  int64_t bytes() const { return bytes_; }

  /// Says that the contents were changed in place: what was derived from them goes.
  void touch() {
    const std::scoped_lock lock(derived_mutex_);
    derived_.clear();
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
  Purpose purpose_;
  std::mutex derived_mutex_;
  std::unordered_map<uint64_t, std::shared_ptr<const void>> derived_;
};

}  // namespace naru
