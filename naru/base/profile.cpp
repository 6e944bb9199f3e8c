#include "naru/base/profile.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace naru {
namespace {

std::mutex rows_mutex;
std::vector<ProfileRow> rows;
std::map<std::string, int, std::less<>> row_of;
thread_local Profiled* innermost = nullptr;

}  // namespace

void set_profiling(bool on) { Profiled::profiling = on; }

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
    if (fresh) rows.push_back({key, 0, 0});
    index_ = found->second;
  }
  outer_ = innermost;
  innermost = this;
  start_ = std::chrono::steady_clock::now();
}

void Profiled::end() {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  innermost = outer_;
  if (outer_) outer_->nested_ += seconds;
  const std::scoped_lock lock(rows_mutex);
  ++rows[static_cast<size_t>(index_)].calls;
  rows[static_cast<size_t>(index_)].seconds += seconds - nested_;
}

}  // namespace naru
