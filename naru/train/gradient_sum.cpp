#include "naru/train/gradient_sum.h"

#include <utility>

#include "naru/base/profile.h"

namespace naru {

GradientSum::GradientSum(const Ranks& ranks, const Params& params, const Optimizer& optimizer)
    : ranks_(ranks), optimizer_(optimizer) {
  if (ranks.count() == 1) return;
  for (size_t i = 0; i < params.blocks().size(); ++i) block_of_[params.blocks()[i].variable().get()] = i;
  thread_ = std::thread([this] { run(); });
}

GradientSum::~GradientSum() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void GradientSum::begin() {
  ready_.assign(block_of_.size(), false);
  unsent_ = optimizer_.buckets().size();
}

void GradientSum::complete(const Variable& variable) {
  const auto found = block_of_.find(&variable);
  if (found == block_of_.end() || !variable.started) return;  // what got no gradient becomes zeros at the end
  ready_[found->second] = true;
  send_up_to_first_unready();
}

bool GradientSum::is_ready(const Bucket& bucket) const {
  for (size_t block = bucket.begin; block < bucket.end; ++block)
    if (!ready_[block]) return false;
  return true;
}

void GradientSum::send_up_to_first_unready() {
  while (unsent_ > 0 && is_ready(optimizer_.buckets()[unsent_ - 1])) {
    {
      const std::scoped_lock lock(mutex_);
      queue_.push_back(--unsent_);
    }
    changed_.notify_all();
  }
}

void GradientSum::finish() {
  if (ranks_.count() == 1) return;
  const Profiled profiled("waiting for gradients of other ranks");
  ready_.assign(ready_.size(), true);
  send_up_to_first_unready();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return (queue_.empty() && !busy_) || failure_; });
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void GradientSum::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return !queue_.empty() || ending_; });
    if (ending_) return;
    const Bucket& bucket = optimizer_.buckets()[queue_.front()];
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    std::exception_ptr failure;
    try {
      ranks_.sum_parts(optimizer_.gradients(bucket));
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    busy_ = false;
    if (failure) failure_ = failure;
    changed_.notify_all();
  }
}

}  // namespace naru
