#include "naru/base/profile.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "naru/base/threads.h"

namespace naru {
namespace {

std::mutex rows_mutex;
std::vector<ProfileRow> rows;
std::map<std::string, int, std::less<>> row_of;
thread_local Profiled* innermost = nullptr;
std::atomic<bool> profiling = false;
std::atomic<int> current_row = -1;  // the innermost of the thread that began one last: whom workers work for

}  // namespace

void set_profiling(bool on) { profiling = on; }
bool is_profiling() { return profiling.load(std::memory_order_relaxed); }

std::vector<ProfileRow> profile() {
  const std::scoped_lock lock(rows_mutex);
  auto sorted = rows;
  std::ranges::sort(sorted, std::greater{}, &ProfileRow::seconds);
  return sorted;
}

void Profiled::begin(std::string_view name, std::string_view suffix) {
  {
    const std::scoped_lock lock(rows_mutex);
    const std::string key = std::string(name) + std::string(suffix);
    const auto [found, fresh] = row_of.try_emplace(key, static_cast<int>(rows.size()));
    if (fresh) rows.push_back({key});
    index_ = found->second;
  }
  outer_ = innermost;
  innermost = this;
  current_row = index_;
  start_ = std::chrono::steady_clock::now();
}

void Profiled::end() {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  innermost = outer_;
  current_row = outer_ ? outer_->index_ : -1;
  if (outer_) outer_->nested_ += seconds;
  const std::scoped_lock lock(rows_mutex);
  ++rows[static_cast<size_t>(index_)].calls;
  rows[static_cast<size_t>(index_)].seconds += seconds - nested_;
}

void ProfiledProduct::end() {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const int index = innermost ? innermost->index_ : current_row.load();
  if (index < 0) return;
  const std::scoped_lock lock(rows_mutex);
  ProfileRow& row = rows[static_cast<size_t>(index)];
  row.product_seconds += inside_parallel_for() ? seconds / threads() : seconds;
  row.operations[static_cast<size_t>(kind_)] += operations_;
}

}  // namespace naru
