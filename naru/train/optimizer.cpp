#include "naru/train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "naru/base/threads.h"
#include "naru/ops/cpu/elementwise.h"
#include "naru/ops/cpu/reduce.h"
#include "naru/train/orthogonalize.h"

namespace naru {

namespace {

/// Equal parts for all ranks.
std::vector<int64_t> equal_parts(int64_t size, int ranks) {
  std::vector<int64_t> parts;
  for (int64_t r = 0; r < ranks; ++r) parts.push_back(size * (r + 1) / ranks - size * r / ranks);
  return parts;
}

/// All of it for the rank that has the least to do, whose `work` grows.
std::vector<int64_t> whole_part(const Tensor& block, std::vector<double>& work) {
  std::vector<int64_t> parts(work.size());
  const auto least = std::ranges::min_element(work) - work.begin();
  parts[static_cast<size_t>(least)] = block.size();
  work[static_cast<size_t>(least)] +=
      static_cast<double>(block.size()) * static_cast<double>(std::min(block.dim(0), block.dim(1)));
  return parts;
}

/// Small blocks together, large ones by themselves: a message takes time to begin, and a long one keeps others waiting.
std::vector<Bucket> buckets_of(const std::vector<Tensor>& blocks) {
  constexpr int64_t most = 1'000'000;  // numbers
  std::vector<Bucket> buckets;
  int64_t size = most;
  for (size_t i = 0; i < blocks.size(); ++i) {
    size += blocks[i].size();
    if (size > most) {
      buckets.push_back({i, i});
      size = blocks[i].size();
    }
    buckets.back().end = i + 1;
  }
  return buckets;
}

}  // namespace

Optimizer::Optimizer(const OptimizerConfig& config, Params& params, DType precision, const Ranks& ranks)
    : config_(config), params_(&params), precision_(precision), ranks_(&ranks), buckets_(buckets_of(params.blocks())) {
  std::vector<double> work(static_cast<size_t>(ranks.count()));  // of each rank, with matrices
  for (const Tensor& block : params.blocks()) {
    const std::vector<Tensor> matrices = config.optimizer == "muon" ? params.matrices(block) : std::vector<Tensor>();
    Slot slot;
    slot.parts = matrices.empty() ? equal_parts(block.size(), ranks.count()) : whole_part(block, work);
    const auto own = slot.parts.begin() + ranks.rank();
    slot.first = std::accumulate(slot.parts.begin(), own, int64_t{0});
    slot.size = *own;
    const Shape shape = slot.size == block.size() ? block.shape() : Shape{slot.size};
    const auto state = [&] { return Tensor::zeros(shape, DType::f32, Purpose::optimizer); };
    slot.mean = state();
    if (matrices.empty()) slot.variance = state();
    if (averages()) {
      slot.average = state();
      std::copy_n(block.data() + slot.first, slot.size, slot.average.data());
    }
    if (slot.size > 0)
      for (const Tensor& matrix : matrices) matrices_.push_back({slots_.size(), matrix});
    slots_.push_back(std::move(slot));
  }
}

double Optimizer::gradient_norm() const {
  params_->complete_gradients();
  double squares = 0;
  for (size_t i = 0; i < slots_.size(); ++i)
    squares += cpu::sum_of_squares(gradient_of(params_->blocks()[i]).data() + slots_[i].first, slots_[i].size);
  ranks_->sum(std::span(&squares, 1));
  return std::sqrt(squares);
}

void Optimizer::step(double learning_rate, double norm) {
  const Profiled profiled("optimizer");
  ++steps_;
  const double clip = config_.clip_norm > 0 && norm > config_.clip_norm ? config_.clip_norm / norm : 1;
  // A young average follows the weights quickly: decay (1 + step) / (10 + step) until it reaches the one asked for.
  const auto count = static_cast<double>(steps_);
  const double average_decay = std::min(config_.average_decay, (1 + count) / (10 + count));
  const cpu::AdamStep constants{.learning_rate = static_cast<float>(learning_rate),
                                .beta1 = static_cast<float>(config_.beta1),
                                .beta2 = static_cast<float>(config_.beta2),
                                .epsilon = static_cast<float>(config_.epsilon),
                                .correction1 = static_cast<float>(1 - std::pow(config_.beta1, count)),
                                .correction2 = static_cast<float>(1 - std::pow(config_.beta2, count)),
                                .decay = static_cast<float>(config_.weight_decay),
                                .decoupled = config_.optimizer != "adam",
                                .gradient_scale = static_cast<float>(clip),
                                .average_decay = static_cast<float>(average_decay)};
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Tensor& block = params_->blocks()[i];
    const Slot& slot = slots_[i];
    if (slot.variance)
      cpu::adam(constants, block.data() + slot.first, gradient_of(block).data() + slot.first, slot.mean.data(),
                slot.variance.data(), slot.average ? slot.average.data() : nullptr, slot.size);
  }
  // A matrix to a thread: products as small as these are not worth sharing.
  parallel_for(static_cast<int64_t>(matrices_.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) step_matrix(matrices_[static_cast<size_t>(i)], constants);
  });
  hand_out_weights();
  params_->clear_gradients();
}

/// Every rank gets what the others have stepped.
void Optimizer::hand_out_weights() const {
  for (const Bucket& bucket : buckets_) ranks_->gather_parts(weights(bucket));
  params_->touch();
}

std::vector<Ranks::Parted> Optimizer::gradients(const Bucket& bucket) const {
  std::vector<Ranks::Parted> arrays;
  for (size_t i = bucket.begin; i < bucket.end; ++i)
    arrays.push_back({gradient_of(params_->blocks()[i]).values(), slots_[i].parts});
  return arrays;
}

std::vector<Ranks::Parted> Optimizer::weights(const Bucket& bucket) const {
  std::vector<Ranks::Parted> arrays;
  for (size_t i = bucket.begin; i < bucket.end; ++i) arrays.push_back({params_->blocks()[i].values(), slots_[i].parts});
  return arrays;
}

void Optimizer::step_matrix(const Matrix& matrix, const cpu::AdamStep& constants) const {
  const Slot& slot = slots_[matrix.slot];
  const Tensor& weight = matrix.weight;
  const int64_t first = weight.data() - params_->blocks()[matrix.slot].data(), size = weight.size();
  const auto momentum = static_cast<float>(config_.momentum);
  const float clip = constants.gradient_scale, rate = constants.learning_rate;
  const Tensor gradient = gradient_of(weight);
  float* mean = slot.mean.data() + first;
  cpu::weighted_sum(momentum, mean, clip, gradient.data(), mean, size);
  const Tensor look_ahead(weight.shape(), DType::f32, Purpose::workspace);
  cpu::weighted_sum(clip, gradient.data(), momentum, mean, look_ahead.data(), size);
  const Tensor direction = orthogonalize(look_ahead, precision_);
  const auto longest = static_cast<float>(std::max(weight.dim(0), weight.dim(1)));
  cpu::weighted_sum(1 - rate * constants.decay, weight.data(), -rate * 0.2f * std::sqrt(longest), direction.data(),
                    weight.data(), size);
  if (!slot.average) return;
  float* average = slot.average.data() + first;
  cpu::weighted_sum(constants.average_decay, average, 1 - constants.average_decay, weight.data(), average, size);
}

template <class Visit>
void Optimizer::each_state(const Visit& visit) const {
  for (size_t i = 0; i < slots_.size(); ++i) {
    const std::string index = fmt::format("{:04}", i);
    visit("mean." + index, i, slots_[i].mean);
    if (slots_[i].variance) visit("variance." + index, i, slots_[i].variance);
    if (slots_[i].average) visit("average." + index, i, slots_[i].average);
  }
}

TensorSources Optimizer::state() const {
  TensorSources tensors;
  each_state([&](const std::string& name, size_t slot, const Tensor& part) {
    const Shape shape = params_->blocks()[slot].shape();
    const auto collect = [this, slot, part, shape] {
      if (ranks_->count() == 1) return part;
      Tensor whole = ranks_->first() ? Tensor(shape, DType::f32, Purpose::workspace) : Tensor();
      ranks_->collect_parts(part.values(), whole.values(), slots_[slot].parts);
      return whole;
    };
    tensors.emplace(name, TensorSource(shape, DType::f32, collect));
  });
  return tensors;
}

int64_t Optimizer::state_bytes() const {
  int64_t bytes = 0;
  each_state([&](const std::string&, size_t, const Tensor& part) { bytes += part.bytes(); });
  return bytes;
}

int64_t Optimizer::workspace_bytes() const {
  int64_t most = 0;
  for (const auto& [slot, matrix] : matrices_)
    most = std::max(most, matrix.bytes() + orthogonalize_bytes(matrix.shape()));
  return most * std::min<int64_t>(available_cores(), static_cast<int64_t>(matrices_.size()));
}

void Optimizer::restore(const std::function<void(const std::string& name, const Tensor& into)>& read) {
  each_state([&](const std::string& name, size_t slot, const Tensor& part) {
    const Shape shape = params_->blocks()[slot].shape();
    if (part.shape() == shape) return read(name, part);
    const Tensor whole(shape, DType::f32, Purpose::workspace);
    read(name, whole);
    std::copy_n(whole.data() + slots_[slot].first, part.size(), part.data());
  });
}

void Optimizer::swap_average() {
  // Also where nothing is swapped: a validation packs weights in the place of gradients, and gives it back.
  params_->release_gradients();
  params_->touch();
  if (!averages()) return;
  for (size_t i = 0; i < slots_.size(); ++i)
    std::ranges::swap_ranges(slots_[i].average.values(),
                             params_->blocks()[i].values().subspan(static_cast<size_t>(slots_[i].first),
                                                                   static_cast<size_t>(slots_[i].size)));
  hand_out_weights();
}

}  // namespace naru
