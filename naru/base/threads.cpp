#include "naru/base/threads.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include "naru/base/error.h"
#include "naru/base/float_mode.h"
#include "naru/base/log.h"

namespace naru {
namespace {

thread_local int this_thread_index = 0;
thread_local bool inside_parallel = false;

/// The pieces [next, end) that one thread begins with. On a line of its own: its owner counts it up undisturbed.
struct alignas(64) Share {
  std::atomic<int64_t> next{0};
  int64_t end = 0;
};

/// One call of `parallel_for`. Of the same number of rows a thread takes the same share each time, so that from one op
/// to the next they stay in its core's cache; then it helps the others.
class Job {
 public:
  Job(FunctionRef<void(int64_t, int64_t)> body, int64_t count, int64_t grain)
      : body_(body), count_(count), grain_(grain), mode_(float_mode()) {}

  /// Before the first `work`; `shares` has one for each thread.
  void part(std::span<Share> shares) {
    shares_ = shares;
    const int64_t pieces = (count_ + grain_ - 1) / grain_, threads = std::ssize(shares);
    for (int64_t i = 0; i < threads; ++i) {
      shares[i].next = pieces * i / threads;
      shares[i].end = pieces * (i + 1) / threads;
    }
  }

  void work() {
    if (float_mode() != mode_) set_float_mode(mode_);
    inside_parallel = true;
    for (size_t i = 0; i < shares_.size(); ++i)
      finish(shares_[(static_cast<size_t>(this_thread_index) + i) % shares_.size()]);
    inside_parallel = false;
  }

  void rethrow_error() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void finish(Share& share) {
    for (int64_t piece; (piece = share.next.fetch_add(1, std::memory_order_relaxed)) < share.end;) {
      try {
        body_(piece * grain_, std::min(count_, (piece + 1) * grain_));
      } catch (...) {
        const std::scoped_lock lock(error_mutex_);
        if (!error_) error_ = std::current_exception();
        for (Share& each : shares_) each.next.store(each.end, std::memory_order_relaxed);
      }
    }
  }

  FunctionRef<void(int64_t, int64_t)> body_;
  int64_t count_, grain_;
  uint32_t mode_;  // the caller's
  std::span<Share> shares_;
  std::mutex error_mutex_;
  std::exception_ptr error_;
};

/// Workers spin for the next job (a recurrent step brings one every few microseconds, a training step every few
/// hundred), then sleep. A job waits only for workers that took part: one that the system has not scheduled yet finds
/// the job gone and costs nothing.
class Pool {
 public:
  explicit Pool(int count) {
    try {
      for (int i = 1; i < count; ++i) workers_.emplace_back([this, i] { run(i); });
    } catch (const std::system_error& error) {
      NARU_LOG(warning, "{} of {} threads work, more could not be started: {}", size(), count, error.what());
    }
    shares_ = std::vector<Share>(static_cast<size_t>(size()));
  }
  ~Pool() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
      ++generation_;
    }
    wake_.notify_all();
    for (auto& worker : workers_) worker.join();
  }
  int size() const { return static_cast<int>(workers_.size()) + 1; }

  void run_job(Job& job) {
    const std::scoped_lock one_job_at_a_time(submit_mutex_);
    job.part(shares_);
    job_ = &job;
    ++generation_;
    if (sleeping_ > 0) {
      { const std::scoped_lock lock(mutex_); }  // none is between its last look and its sleep
      wake_.notify_all();
    }
    job.work();
    // Sequentially consistent: a worker either sees the null or is counted in `inside_`.
    job_ = nullptr;
    for (int spin = 0; inside_ > 0; ++spin) pause(spin);
  }

 private:
  static void pause(int spin) {
    if (spin % 1024 == 1023) std::this_thread::yield();
#ifdef __x86_64__
    __builtin_ia32_pause();
#endif
  }

  void run(int index) {
    this_thread_index = index;
    uint64_t seen = 0;
    while (true) {
      for (int spin = 0; spin < spins && generation_ == seen; ++spin) pause(spin);
      if (generation_ == seen) {
        std::unique_lock lock(mutex_);
        ++sleeping_;
        wake_.wait(lock, [&] { return generation_ != seen; });
        --sleeping_;
      }
      seen = generation_;
      if (stopping_) return;
      ++inside_;
      if (Job* job = job_) job->work();
      --inside_;
    }
  }

  static constexpr int spins = 20'000;  // about 500 µs
  std::vector<std::thread> workers_;
  std::vector<Share> shares_;
  std::mutex submit_mutex_, mutex_;
  std::condition_variable wake_;
  std::atomic<uint64_t> generation_{0};
  std::atomic<int> inside_{0}, sleeping_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<Job*> job_{nullptr};
};

std::unique_ptr<Pool>& pool() {
  static std::unique_ptr<Pool> instance = std::make_unique<Pool>(available_cores());
  return instance;
}

}  // namespace

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

void set_threads(int count) {
  NARU_CHECK(count >= 1, "set_threads: {} threads asked for, need at least 1", count);
  if (pool()->size() != count) pool() = std::make_unique<Pool>(count);
}

int threads() { return pool()->size(); }

int thread_index() { return this_thread_index; }
bool inside_parallel_for() { return inside_parallel; }

void parallel_for(int64_t count, int64_t grain, FunctionRef<void(int64_t, int64_t)> body) {
  NARU_CHECK(grain >= 1, "parallel_for: grain is {}, need at least 1", grain);
  if (count <= 0) return;
  if (count <= grain || inside_parallel || threads() == 1) {
    for (int64_t begin = 0; begin < count; begin += grain) body(begin, std::min(count, begin + grain));
    return;
  }
  Job job(body, count, grain);
  pool()->run_job(job);
  job.rethrow_error();
}

}  // namespace naru
