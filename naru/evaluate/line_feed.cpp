#include "naru/evaluate/line_feed.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "naru/text/lines.h"

namespace naru {

struct LineFeed::Shared {
  static constexpr size_t most_lines = 1 << 16, most_bytes = 64 << 20;

  explicit Shared(const std::string& path) : reader(path) {}
  void read();

  LineReader reader;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> waiting;
  size_t waiting_bytes = 0;
  bool ended = false, abandoned = false;
  std::exception_ptr failure;
};

void LineFeed::Shared::read() {
  std::exception_ptr met;
  try {
    for (std::string line; reader.next(line);) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return (waiting.size() < most_lines && waiting_bytes < most_bytes) || abandoned; });
      if (abandoned) return;
      waiting.push_back(line);
      waiting_bytes += line.size();
      changed.notify_all();
    }
  } catch (...) {
    met = std::current_exception();
  }
  const std::scoped_lock lock(mutex);
  failure = met;
  ended = true;
  changed.notify_all();
}

LineFeed::LineFeed(const std::string& path) : shared_(std::make_shared<Shared>(path)) {
  std::thread([shared = shared_] { shared->read(); }).detach();
}

LineFeed::~LineFeed() {
  const std::scoped_lock lock(shared_->mutex);
  shared_->abandoned = true;
  shared_->changed.notify_all();
}

std::vector<std::string> LineFeed::next(size_t most) {
  Shared& shared = *shared_;
  std::unique_lock lock(shared.mutex);
  shared.changed.wait(lock, [&] { return !shared.waiting.empty() || shared.ended; });
  std::vector<std::string> lines;
  while (!shared.waiting.empty() && lines.size() < most) {
    shared.waiting_bytes -= shared.waiting.front().size();
    lines.push_back(std::move(shared.waiting.front()));
    shared.waiting.pop_front();
  }
  shared.changed.notify_all();
  if (lines.empty() && shared.failure) std::rethrow_exception(shared.failure);
  return lines;
}

}  // namespace naru
