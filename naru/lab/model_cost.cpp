#include "naru/lab/model_cost.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "naru/base/random.h"
#include "naru/base/threads.h"
#include "naru/evaluate/model_folder.h"
#include "naru/generate/search.h"
#include "naru/tensor/memory.h"
#include "naru/train/settings.h"

namespace naru {
namespace {

/// Operations for each pair of a query and a key, over all layers of one kind.
struct AttentionSizes {
  double encoder = 0, decoder = 0, cross = 0;
};

/// A score and a share of a value, d multiplications and additions each.
AttentionSizes attention_sizes(const TransformerConfig& config) {
  const double layer = 4 * static_cast<double>(config.width);
  const auto readers = static_cast<double>(config.encoder_layers), writers = static_cast<double>(config.decoder_layers);
  return {readers * layer, config.decoder == "ssru" ? 0 : writers * layer, writers * layer};
}
AttentionSizes attention_sizes(const Seq2SeqConfig& config) {
  if (config.attention == "none") return {};
  return {0, 0, static_cast<double>(2 * config.width * (config.bidirectional ? 3 : 2))};
}
AttentionSizes attention_sizes(const HybridConfig& config) {
  return {attention_sizes(config.encoder).encoder, 0, static_cast<double>(4 * config.encoder.width)};
}

/// Random ids, of so many tokens on both sides.
Batch random_batch_of(const VocabularyConfig& vocabulary, int64_t length, int64_t sentences) {
  Random random(static_cast<uint64_t>(length));
  const auto id = [&](int64_t size) { return static_cast<int32_t>(random.below(static_cast<uint64_t>(size))); };
  std::vector<TokenPair> pairs(static_cast<size_t>(sentences));
  for (TokenPair& pair : pairs)
    for (int64_t i = 0; i + 1 < length; ++i) {
      pair.source.push_back(id(vocabulary.source));
      pair.target.push_back(id(vocabulary.target));
    }
  return make_batch(pairs, marks_of(vocabulary));
}

double seconds_of(const std::function<void()>& work, int64_t count) {
  const auto begin = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < count; ++i) work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / static_cast<double>(count);
}

}  // namespace

ModelCost::ModelCost(std::string preset, const std::vector<std::string>& settings) : preset_(std::move(preset)) {
  Settings all = settings_of(preset_);
  for (const std::string& assignment : settings) naru::apply(all, assignment);
  for (const char* plain : {"dropout=0", "label_smoothing=0"}) naru::apply(all, plain);
  config_ = all.model;
  model_ = build(config_, Params(1));
  trainer_ = std::make_unique<Trainer>(*model_, all.train);
}

void ModelCost::run(const WorkLoad& load) {
  const Batch batch = random_batch_of(model_->vocabulary(), load.length, load.sentences);
  if (load.work == Work::read) {
    model_->decoder()->start(batch.source);
  } else if (load.work == Work::train) {
    trainer_->rehearse(batch);
  } else {
    const SentenceMarks marks = marks_of(model_->vocabulary());
    const SearchVocabulary rules{.start = marks.start, .end = marks.target_end, .forbidden = {}, .suppress_end = true};
    search(*model_->decoder(), batch.source, rules,
           {.beam = 1, .max_length = load.length, .batch_tokens = batch.source_tokens()});
  }
}

double ModelCost::attention_operations(Work work, double length) const {
  const AttentionSizes sizes = std::visit([](const auto& config) { return attention_sizes(config); }, config_);
  const double pairs = length * length;
  if (work == Work::read) return sizes.encoder * pairs;
  return (sizes.encoder + sizes.decoder / 2 + sizes.cross) * pairs;  // a token sees those before it: half
}

double ModelCost::operations(const WorkLoad& load) const {
  const auto length = static_cast<double>(load.length);
  const auto [source, target] = model_->matrix_flops_per_token();
  const double products = length * (load.work == Work::read ? source : source + target);
  const double forward = static_cast<double>(load.sentences) * (products + attention_operations(load.work, length));
  return load.work == Work::train ? 3 * forward : forward;
}

int64_t ModelCost::peak_bytes(const WorkLoad& load) {
  run({load.work, 2, 1});  // what stays: gradients, the optimizer's state, packed weights
  reset_peak_memory();
  const int64_t before = memory_use().current;
  run(load);
  return memory_use().peak - before;
}

std::vector<std::vector<double>> timed_in_turns(std::span<const std::function<void()>> works, int64_t turns,
                                                const std::function<void()>& rest) {
  constexpr double at_least = 0.02;
  std::vector<int64_t> counts;
  for (const auto& work : works) {
    rest();
    work();  // warms up
    counts.push_back(std::clamp<int64_t>(std::llround(at_least / seconds_of(work, 1)), 1, 1000));
  }
  std::vector<std::vector<double>> seconds(works.size());
  for (int64_t turn = 0; turn < turns; ++turn)
    for (size_t i = 0; i < works.size(); ++i) {
      rest();
      seconds[i].push_back(seconds_of(works[i], counts[i]));
    }
  return seconds;
}

ThreadCount::ThreadCount(int count) : before_(threads()) { set_threads(count); }
ThreadCount::~ThreadCount() { set_threads(before_); }

}  // namespace naru
