// Working memory of kernels: taken once, grown when a larger problem comes, kept.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "naru/tensor/memory.h"

namespace naru::cpu {

/// 64-byte aligned memory, counted as workspace, that only grows; its contents are lost when it does.
class Buffer {
 public:
  /// Memory for `count` values of T, uninitialised where it is new.
  template <class T>
  T* at_least(int64_t count) {
    const auto bytes = count * int64_t{sizeof(T)};
    if (!storage_ || storage_->bytes() < bytes) {
      storage_.reset();
      storage_.emplace(bytes, Purpose::workspace);
    }
    return reinterpret_cast<T*>(storage_->data());
  }
  const void* data() const { return storage_ ? storage_->data() : nullptr; }
  int64_t bytes() const { return storage_ ? storage_->bytes() : 0; }

 private:
  std::optional<Storage> storage_;
};

/// A buffer that each thread has for itself (thread_local), with a count of what those of all threads hold.
class ThreadBuffer {
 public:
  ThreadBuffer() = default;
  ~ThreadBuffer() { held_ -= buffer_.bytes(); }
  ThreadBuffer(const ThreadBuffer&) = delete;
  ThreadBuffer& operator=(const ThreadBuffer&) = delete;

  template <class T>
  T* at_least(int64_t count) {
    const int64_t before = buffer_.bytes();
    T* const memory = buffer_.at_least<T>(count);
    held_ += buffer_.bytes() - before;
    return memory;
  }
  static int64_t held() { return held_; }

 private:
  Buffer buffer_;
  static inline std::atomic<int64_t> held_{0};
};

}  // namespace naru::cpu
