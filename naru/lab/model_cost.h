// What a model of random weights costs, by the length of its sentences: operations by formula, seconds and bytes as
// measured. Reading, learning and writing run the code that `naru translate` and `naru train` run.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "naru/models/registry.h"
#include "naru/train/trainer.h"

namespace naru {

enum class Work {
  read,   // the encoder, on whole sentences
  train,  // loss and gradients; what the optimizer then does is the same at any length
  write,  // greedy search: as many tokens as the source has, one after the other
};

/// Sentences, source and target of `length` tokens each, end of sentence included.
struct WorkLoad {
  Work work = Work::read;
  int64_t length = 32, sentences = 1;
};

class ModelCost {
 public:
  /// `settings`: "key=value", of the model, over the preset's; nothing is dropped.
  ModelCost(std::string preset, const std::vector<std::string>& settings);

  const std::string& preset() const { return preset_; }
  const Model& model() const { return *model_; }
  void run(const WorkLoad& load);
  /// Operations of the matrix products and of attention, two for each multiplication and its addition; gradients count
  /// twice as much as the forward pass.
  double operations(const WorkLoad& load) const;
  /// Bytes of tensors beyond those that were there before, at the highest.
  int64_t peak_bytes(const WorkLoad& load);

 private:
  double attention_operations(Work work, double length) const;

  std::string preset_;
  ModelConfig config_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<Trainer> trainer_;
};

/// Seconds of one run of each work, in so many turns; in a turn all come one after the other, so that what disturbs the
/// machine disturbs all alike. A short work runs until 20 ms have passed. `rest` is called between. [works][turns]
std::vector<std::vector<double>> timed_in_turns(std::span<const std::function<void()>> works, int64_t turns,
                                                const std::function<void()>& rest);

/// So many threads while it lives.
class ThreadCount {
 public:
  explicit ThreadCount(int count);
  ~ThreadCount();
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;

 private:
  int before_;
};

}  // namespace naru
