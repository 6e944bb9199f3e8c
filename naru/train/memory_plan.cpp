#include "naru/train/memory_plan.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "naru/base/threads.h"
#include "naru/evaluate/model_folder.h"
#include "naru/ops/cpu/buffer.h"

namespace naru {
namespace {

/// Sentences of `length` pieces, whose ids lie in both vocabularies, and their ends.
Batch probe_batch(const VocabularyConfig& vocabulary, int64_t tokens, int64_t length) {
  const auto ids = std::min<int64_t>(std::min(vocabulary.source, vocabulary.target), 1000);
  std::vector<TokenPair> pairs(static_cast<size_t>(tokens / (length + 1)));
  for (size_t i = 0; i < pairs.size(); ++i)
    for (int64_t k = 0; k < length; ++k) {
      pairs[i].source.push_back(static_cast<int32_t>((static_cast<int64_t>(i) * 7 + k * 13) % ids));
      pairs[i].target.push_back(static_cast<int32_t>((static_cast<int64_t>(i) * 11 + k * 17) % ids));
    }
  return make_batch(pairs, marks_of(vocabulary));
}

std::string megabytes(int64_t bytes) { return fmt::format("{} MB", (bytes + 500'000) / 1'000'000); }

}  // namespace

int64_t MemoryPlan::activations(int64_t part_tokens) const {
  return static_cast<int64_t>(activations_fixed + activations_per_token * static_cast<double>(part_tokens));
}

int64_t MemoryPlan::total(int64_t part_tokens) const {
  return program + weights + gradients + optimizer + activations(part_tokens);
}

int64_t MemoryPlan::fit(int64_t longest_sentence, int64_t limit, const std::string& limit_text) const {
  if (limit <= 0) return std::numeric_limits<int64_t>::max();
  const double left = static_cast<double>(limit - total(0));
  const auto tokens = static_cast<int64_t>(left / activations_per_token);
  if (tokens < longest_sentence)
    fail(
        "--ram {}: this model needs at least {} for sentences of up to {} tokens; take a smaller one, a smaller --set "
        "max_length, or allow more",
        limit_text, megabytes(total(longest_sentence)), longest_sentence);
  return tokens;
}

std::string MemoryPlan::summary(int64_t part_tokens) const {
  return fmt::format(
      "memory plan: program {} + weights {} + gradients {} + optimizer {} + activations {} ({} target tokens) = {}",
      megabytes(program), megabytes(weights), megabytes(gradients), megabytes(optimizer),
      megabytes(activations(part_tokens)), part_tokens, megabytes(total(part_tokens)));
}

namespace {

/// While one lives a single thread works: which of several takes a piece, and so whose scratch memory grows, is not
/// fixed, but a plan must be the same each time and for any `--threads`.
class OneThread {
 public:
  OneThread() { set_threads(1); }
  ~OneThread() { set_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_ = threads();
};

}  // namespace

MemoryPlan measure_memory_plan(Trainer& trainer, Model& model, int64_t longest, const ProbeSizes& sizes) {
  const OneThread alone;
  const auto bytes = [&](int64_t tokens, int64_t length) {
    const Batch batch = probe_batch(model.vocabulary(), tokens, length);
    const auto in_use = [] { return memory_use(Purpose::activations).peak + memory_use(Purpose::workspace).peak; };
    reset_peak_memory();
    const int64_t before = in_use();
    trainer.rehearse(batch);
    return static_cast<double>(in_use() - before);
  };
  const auto [small, large] = sizes;
  const int64_t length = std::min<int64_t>(longest, 31), longer = std::min<int64_t>(longest, 95);
  bytes(small, length);  // buffers that stay are made
  const auto own_at_small = static_cast<double>(cpu::ThreadBuffer::held());
  const double at_small = bytes(small, length), at_large = bytes(large, length);
  // What the one thread took for itself, every thread will.
  const double others = available_cores() - 1;
  const double own_per_token =
      (static_cast<double>(cpu::ThreadBuffer::held()) - own_at_small) / static_cast<double>(large - small);
  // A token of a recurrent decoder with attention keeps as many weights as its sentence's source has tokens.
  const double for_each_longer =
      longer > length ? std::max(bytes(small, longer) - at_small, 0.0) / static_cast<double>(small * (longer - length))
                      : 0;
  model.params().release_gradients();
  MemoryPlan plan;
  plan.weights = model.params().bytes();
  plan.optimizer = trainer.optimizer().state_bytes();
  plan.gradients = plan.weights;
  const double at_length = (at_large - at_small) / static_cast<double>(large - small);
  plan.activations_per_token =
      std::max(at_length + for_each_longer * static_cast<double>(longest - length), 1.0) + others * own_per_token;
  plan.activations_fixed = std::max(at_small - at_length * static_cast<double>(small), 0.0) +
                           static_cast<double>(memory_use(Purpose::workspace).current) +
                           static_cast<double>(trainer.optimizer().workspace_bytes()) +
                           others * std::max(own_at_small - own_per_token * static_cast<double>(small), 0.0);
  release_unused_memory();  // the run takes it in pieces of its own; making the vocabulary left much
  reset_peak_memory();
  return plan;
}

int64_t parse_bytes(const std::string& text, const std::string& what) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  std::string unit = end;
  std::ranges::transform(unit, unit.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  double factor = 0;
  if (unit.empty() || unit == "B") factor = 1;
  if (unit == "K" || unit == "KB") factor = 1e3;
  if (unit == "M" || unit == "MB") factor = 1e6;
  if (unit == "G" || unit == "GB") factor = 1e9;
  if (unit == "KIB") factor = 1024.0;
  if (unit == "MIB") factor = 1024.0 * 1024;
  if (unit == "GIB") factor = 1024.0 * 1024 * 1024;
  const double bytes = number * factor, most = 1e18;
  if (end == text.c_str() || !std::isfinite(bytes) || bytes < 1 || bytes > most)
    fail("{} {}: expected a size such as 6G or 800M", what, text);
  return static_cast<int64_t>(bytes);
}

}  // namespace naru
