#include "naru/data/batch_stream.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "naru/base/error.h"
#include "naru/base/random.h"
#include "naru/data/permutation.h"

namespace naru {
namespace {

/// Lengths of pairs that may share a batch differ by about this share, so that batches differ between epochs.
constexpr double length_noise = 0.15;

int64_t count_windows(const TokenCorpus& corpus, const BatchConfig& config) {
  const double wanted = static_cast<double>(config.batch_tokens) * static_cast<double>(config.window);
  const auto windows = static_cast<int64_t>(std::llround(static_cast<double>(corpus.counts().target_tokens) / wanted));
  return std::clamp<int64_t>(windows, 1, corpus.blocks());
}

template <class T>
void shuffle(std::vector<T>& values, Random random) {
  for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.below(i)]);
}

/// Pairs ordered by length (the longer side counts: recurrent models walk both), with noise; shortest first.
std::vector<size_t> by_length(const std::vector<TokenPair>& pairs, Random random) {
  std::vector<double> lengths;
  for (const TokenPair& pair : pairs) {
    const auto longer = static_cast<double>(std::max(pair.source.size(), pair.target.size()) + 1);
    lengths.push_back(longer * (1 + length_noise * random.uniform()));
  }
  std::vector<size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return lengths[i]; });
  return order;
}

}  // namespace

BatchStream::BatchStream(const TokenCorpus& corpus, const BatchConfig& config, const BatchPosition& from)
    : corpus_(corpus), config_(config), windows_(count_windows(corpus, config)) {
  seek(from);
}

BatchStream::~BatchStream() = default;

void BatchStream::seek(const BatchPosition& position) {
  if (position.epoch < 0 || position.window < 0 || position.window >= windows_ || position.batch < 0)
    fail(
        "training cannot go on at window {} of {} of the corpus; was the corpus or the batch size changed? --fresh "
        "starts over",
        position.window, windows_);
  stop_reading();
  position_ = position;
  reader_ = std::jthread([this, position](const std::stop_token& stop) { read(stop, position); });
}

void BatchStream::stop_reading() {
  reader_ = {};  // stops and joins
  waiting_.clear();
  failure_ = nullptr;
}

void BatchStream::soften(const PieceDistributions& distributions) {
  stop_reading();
  distributions_ = &distributions;
  seek(position_);
}

Batch BatchStream::next() {
  Prepared prepared;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || failure_; });
    if (waiting_.empty()) std::rethrow_exception(failure_);
    prepared = std::move(waiting_.front());
    waiting_.pop_front();
  }
  changed_.notify_all();
  position_ = prepared.after;
  Batch batch = make_batch(prepared.pairs, config_.marks);
  if (distributions_) batch.soft = distributions_->of(prepared.pairs);
  return batch;
}

bool BatchStream::offer(const std::stop_token& stop, Prepared batch) {
  std::unique_lock lock(mutex_);
  const auto has_room = [this] { return static_cast<int64_t>(waiting_.size()) < config_.read_ahead; };
  if (!changed_.wait(lock, stop, has_room)) return false;
  waiting_.push_back(std::move(batch));
  lock.unlock();
  changed_.notify_all();
  return true;
}

void BatchStream::read(const std::stop_token& stop, BatchPosition at) {
  try {
    while (!stop.stop_requested()) {
      auto batches = window(at.epoch, at.window);
      if (at.batch >= static_cast<int64_t>(batches.size()))
        fail("training cannot go on at batch {} of {} of a window; was the batch size changed? --fresh starts over",
             at.batch, batches.size());
      for (auto i = static_cast<size_t>(at.batch); i < batches.size(); ++i) {
        at.pairs += static_cast<int64_t>(batches[i].size());
        ++at.batch;
        if (i + 1 == batches.size())
          at = at.window + 1 < windows_ ? BatchPosition{at.epoch, at.window + 1, 0, at.pairs}
                                        : BatchPosition{.epoch = at.epoch + 1};
        if (!offer(stop, {std::move(batches[i]), at})) return;
      }
    }
  } catch (...) {
    const std::scoped_lock lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

void BatchStream::read_block(int64_t block, std::vector<TokenPair>& pairs) const {
  const size_t before = pairs.size();
  corpus_.read_block(block, pairs);
  if (distributions_) distributions_->read_block(block, std::span(pairs).subspan(before));
}

std::vector<std::vector<TokenPair>> BatchStream::window(int64_t epoch, int64_t index) const {
  const uint64_t key = mix(mix(config_.seed, static_cast<uint64_t>(epoch)), static_cast<uint64_t>(index));
  const Permutation blocks(static_cast<uint64_t>(corpus_.blocks()), mix(config_.seed, static_cast<uint64_t>(epoch)));
  std::vector<TokenPair> pairs;
  for (int64_t i = index * corpus_.blocks() / windows_; i < (index + 1) * corpus_.blocks() / windows_; ++i)
    read_block(static_cast<int64_t>(blocks(static_cast<uint64_t>(i))), pairs);
  corpus_.let_go();
  if (distributions_) distributions_->let_go();

  std::vector<std::vector<TokenPair>> batches;
  int64_t tokens = 0;
  for (const size_t i : by_length(pairs, Random(mix(key, 1)))) {
    const auto more = static_cast<int64_t>(pairs[i].target.size()) + 1;
    if (batches.empty() || tokens + more > config_.batch_tokens) {
      batches.emplace_back();
      tokens = 0;
    }
    tokens += more;
    batches.back().push_back(std::move(pairs[i]));
  }
  shuffle(batches, Random(mix(key, 2)));
  return batches;
}

}  // namespace naru
