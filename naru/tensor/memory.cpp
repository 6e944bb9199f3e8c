// Best fit with splitting and merging (the scheme of Doug Lea's allocator, on segments of our own). Ragged batches make
// every step ask for slightly other sizes, which fixed size classes would answer with a new block each time.
#include "naru/tensor/memory.h"

#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <new>
#include <set>

#include "naru/base/error.h"

namespace naru {
namespace {

constexpr int64_t alignment = 64, huge_page = int64_t{2} << 20;
constexpr int64_t round_up(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

class Allocator {
 public:
  std::byte* allocate(int64_t bytes, Purpose purpose) {
    const std::scoped_lock lock(mutex_);
    auto fit = free_.lower_bound({bytes, nullptr});
    if (fit == free_.end()) fit = grow(bytes);
    const auto [size, data] = *fit;
    free_.erase(fit);
    Block& block = blocks_.at(data);
    block.free = false;
    if (size > bytes) {
      block.bytes = bytes;
      blocks_[data + bytes] = {size - bytes, true, false};
      free_.insert({size - bytes, data + bytes});
    }
    count(purpose, bytes);
    return data;
  }

  void release(std::byte* data, Purpose purpose) {
    const std::scoped_lock lock(mutex_);
    auto block = blocks_.find(data);
    count(purpose, -block->second.bytes);
    block->second.free = true;
    if (const auto next = std::next(block); next != blocks_.end() && next->second.free && !next->second.segment_begins)
      absorb(block, next);
    if (!block->second.segment_begins && std::prev(block)->second.free) {
      const auto previous = std::prev(block);
      free_.erase({previous->second.bytes, previous->first});
      previous->second.bytes += block->second.bytes;
      blocks_.erase(block);
      block = previous;
    }
    free_.insert({block->second.bytes, block->first});
  }

  void release_unused() {
    const std::scoped_lock lock(mutex_);
    for (auto block = blocks_.begin(); block != blocks_.end();) {
      const auto next = std::next(block);
      const bool whole_segment = block->second.segment_begins && (next == blocks_.end() || next->second.segment_begins);
      if (block->second.free && whole_segment) {
        free_.erase({block->second.bytes, block->first});
        munmap(block->first, static_cast<size_t>(block->second.bytes));
        held_ -= block->second.bytes;
        blocks_.erase(block);
      } else if (block->second.free) {
        give_back_pages(block->first, block->second.bytes);
      }
      block = next;
    }
  }

  MemoryUse use(int index) const {
    const std::scoped_lock lock(mutex_);
    return use_[static_cast<size_t>(index)];
  }
  int64_t held() const {
    const std::scoped_lock lock(mutex_);
    return held_;
  }
  void expect(int64_t bytes) {
    const std::scoped_lock lock(mutex_);
    expected_ = bytes;
  }
  void reset_peak() {
    const std::scoped_lock lock(mutex_);
    for (auto& use : use_) use.peak = use.current;
  }

 private:
  struct Block {
    int64_t bytes;
    bool free, segment_begins;
  };
  using Blocks = std::map<std::byte*, Block>;
  using Free = std::set<std::pair<int64_t, std::byte*>>;

  void absorb(Blocks::iterator block, Blocks::iterator next) {
    free_.erase({next->second.bytes, next->first});
    block->second.bytes += next->second.bytes;
    blocks_.erase(next);
  }

  /// A new segment: at least what is asked for, else a quarter of what is held, so that segments stay few.
  Free::iterator grow(int64_t bytes) {
    int64_t reserve = std::clamp(held_ / 4, huge_page, 64 * huge_page);
    if (expected_ > 0) reserve = std::min(reserve, expected_ - held_);
    const int64_t wanted = std::max(bytes, reserve);
    const int64_t size = round_up(wanted, huge_page);
    void* memory = mmap(nullptr, static_cast<size_t>(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
      fail("memory: {} MB asked for beyond the {} MB held, and the system has none ({}); use a smaller --batch-tokens",
           size >> 20, held_ >> 20, std::strerror(errno));
    madvise(memory, static_cast<size_t>(size), MADV_HUGEPAGE);
    held_ += size;
    auto* data = static_cast<std::byte*>(memory);
    blocks_[data] = {size, true, true};
    return free_.insert({size, data}).first;
  }

  void count(Purpose purpose, int64_t bytes) {
    for (MemoryUse* use : {&use_[static_cast<size_t>(purpose)], &use_[purpose_count]}) {
      use->current += bytes;
      use->peak = std::max(use->peak, use->current);
    }
  }

  mutable std::mutex mutex_;
  Blocks blocks_;
  Free free_;
  int64_t held_ = 0, expected_ = 0;
  std::array<MemoryUse, purpose_count + 1> use_;  // the last one is the sum
};

/// Never destroyed: tensors in static objects may outlive any static allocator.
Allocator& allocator() {
  static auto* const instance = new Allocator;
  return *instance;
}

}  // namespace

std::string_view name(Purpose purpose) {
  constexpr std::string_view names[] = {"weights", "gradients", "optimizer", "activations", "workspace"};
  return names[static_cast<int>(purpose)];
}

std::string_view name(Device device) { return device == Device::cpu ? "cpu" : "cuda"; }

MemoryUse memory_use(Purpose purpose) { return allocator().use(static_cast<int>(purpose)); }
MemoryUse memory_use() { return allocator().use(purpose_count); }
int64_t memory_held() { return allocator().held(); }
void reset_peak_memory() { allocator().reset_peak(); }
void expect_memory(int64_t bytes) { allocator().expect(bytes); }
void give_back_pages(const void* data, int64_t bytes) {
  static const int64_t page = sysconf(_SC_PAGESIZE);
  const auto begin = round_up(reinterpret_cast<int64_t>(data), page),
             end = (reinterpret_cast<int64_t>(data) + bytes) / page * page;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), static_cast<size_t>(end - begin), MADV_DONTNEED);
}
void release_unused_memory() {
  allocator().release_unused();
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

Storage::Storage(int64_t bytes, Purpose purpose)
    : data_(allocator().allocate(round_up(std::max<int64_t>(bytes, 1), alignment), purpose)),
      bytes_(bytes),
      purpose_(purpose) {}

Storage::~Storage() {
  if (!file_) allocator().release(data_, purpose_);
}

}  // namespace naru
