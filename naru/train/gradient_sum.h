// Gradients summed over ranks by a thread of its own, while the backward pass that makes them goes on.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "naru/train/optimizer.h"

namespace naru {

/// One backward pass at a time: begin, complete (as often as the tape says so), finish. Buckets of weights go out in
/// the reverse order of their creation, which is about the order in which they are ready, so that all ranks agree on
/// it. With one rank nothing happens.
class GradientSum {
 public:
  /// All must outlive it. Each rank gets the sum of its part, as `optimizer` shares the blocks out.
  GradientSum(const Ranks& ranks, const Params& params, const Optimizer& optimizer);
  ~GradientSum();
  GradientSum(const GradientSum&) = delete;
  GradientSum& operator=(const GradientSum&) = delete;

  void begin();
  /// This parameter's gradient is whole on this rank.
  void complete(const Variable& variable);
  /// The gradients of all parameters are; waits until all are summed. Error: a rank is lost.
  void finish();

 private:
  void run();
  bool is_ready(const Bucket& bucket) const;
  void send_up_to_first_unready();

  const Ranks& ranks_;
  const Optimizer& optimizer_;
  std::unordered_map<const Variable*, size_t> block_of_;
  std::vector<bool> ready_;  // blocks
  size_t unsent_ = 0;        // buckets [0, unsent_) have not gone out

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<size_t> queue_;
  bool busy_ = false, ending_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace naru
