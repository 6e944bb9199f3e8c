#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "naru/base/fields.h"
#include "naru/nn/params.h"
#include "naru/ops/cpu/adam.h"
#include "naru/train/ranks.h"

namespace naru {

struct OptimizerConfig {
  std::string optimizer = "adam";
  double beta1 = 0.9, beta2 = 0.98, epsilon = 1e-9, weight_decay = 0;
  double momentum = 0.95;
  double clip_norm = 1;
  double average_decay = 0;

  void fields(auto&& field) {
    field("optimizer", optimizer,
          "adam (weight decay in the gradient), adamw (decay of the weights), or muon (hidden layers' matrices step "
          "along their orthogonalized momentum, all else as adamw)",
          one_of({"adam", "adamw", "muon"}));
    constexpr double nearly_one = 0.9999999, smallest_normal = 1.2e-38;  // of f32
    field("beta1", beta1, "share of the old mean of gradients", between(0, nearly_one));
    field("beta2", beta2, "share of the old mean of squares", between(0, nearly_one));
    field("epsilon", epsilon, "added to the root", at_least(smallest_normal));
    field("weight_decay", weight_decay, "pull towards zero", at_least(0));
    field("momentum", momentum, "share of the old momentum of matrices under muon", between(0, nearly_one));
    field("clip_norm", clip_norm, "largest global norm of the gradient; 0 = no clipping", at_least(0));
    field("average_decay", average_decay,
          "keep a moving average of the weights, which validation and the saved model use; 0 = none", between(0, 1));
  }
};

/// Blocks [begin, end) of a model's weights.
struct Bucket {
  size_t begin = 0, end = 0;
};

/// Clips by global norm and steps all weights. Its state is plain tensors, saved with checkpoints.
/// Muon (Jordan 2024): M ← momentum · M + G, W ← W - rate · 0.2 √max(rows, columns) · orthogonalize(G + momentum · M);
/// the factor, by which its steps are as long as Adam's, so that one rate serves both, is that of Liu et al. 2025.
class Optimizer {
 public:
  /// `precision`: of Muon's products. Of several ranks each keeps the state of its part of the numbers, and steps it.
  Optimizer(const OptimizerConfig& config, Params& params, DType precision = DType::f32,
            const Ranks& ranks = Ranks::alone());

  /// Together all blocks, in their order: what travels between ranks as one message.
  const std::vector<Bucket>& buckets() const { return buckets_; }
  std::vector<Ranks::Parted> gradients(const Bucket& bucket) const;

  /// The square root of the sum of squares over all gradients (zeros where none arrived): of each rank's part, whose
  /// gradients are the sum over the ranks.
  double gradient_norm() const;
  /// One step with gradients as they stand; `norm` is `gradient_norm()`. Gradients are cleared.
  void step(double learning_rate, double norm);
  int64_t steps() const { return steps_; }

  /// The optimizer's own tensors by name ("mean.…", "variance.…", "average.…"), for checkpoints. Of several ranks all
  /// must make each, in the same order: the first gets it whole, the others get an empty one.
  TensorSources state() const;
  int64_t state_bytes() const;
  /// What a step takes besides, on all cores.
  int64_t workspace_bytes() const;
  /// Goes on from such tensors: `read` writes the numbers of the one of that name, which is shaped like its block. Also
  /// from those of another number of ranks.
  void restore(const std::function<void(const std::string& name, const Tensor& into)>& read);
  void set_steps(int64_t steps) { steps_ = steps; }
  /// The moving average in place of the weights, and back; no swap when there is none. Gradients, and what was packed
  /// of the weights, are given up.
  void swap_average();
  bool averages() const { return config_.average_decay > 0; }

 private:
  struct Slot {
    std::vector<int64_t> parts;      // of the block's numbers, for each rank
    int64_t first = 0, size = 0;     // this rank's
    Tensor mean, variance, average;  // of these; no variance where Muon steps; average may be empty
  };
  struct Matrix {
    size_t slot;
    Tensor weight;  // rows of the slot's block
  };
  void step_matrix(const Matrix& matrix, const cpu::AdamStep& constants) const;
  void hand_out_weights() const;
  std::vector<Ranks::Parted> weights(const Bucket& bucket) const;
  template <class Visit>
  void each_state(const Visit& visit) const;
  OptimizerConfig config_;
  Params* params_;
  DType precision_;
  const Ranks* ranks_;
  std::vector<Bucket> buckets_;
  std::vector<Slot> slots_;       // one for each of params.blocks()
  std::vector<Matrix> matrices_;  // what Muon steps
  int64_t steps_ = 0;
};

}  // namespace naru
