#include "naru/lab/symbol_task.h"

#include <algorithm>
#include <array>

namespace naru {
namespace {

constexpr int32_t first_symbol = 1;  // 0 is the end of a sentence, and what the decoder reads first

int32_t symbol(int64_t symbols, Random& random) {
  return first_symbol + static_cast<int32_t>(random.below(static_cast<uint64_t>(symbols)));
}

/// Keys are the lower half of the symbols, each at most once; values the upper half.
TokenPair recall(int64_t length, int64_t symbols, Random& random) {
  std::vector<int32_t> keys(static_cast<size_t>(symbols / 2));
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = first_symbol + static_cast<int32_t>(i);
  for (size_t i = keys.size(); i > 1; --i) std::swap(keys[i - 1], keys[random.below(i)]);
  const auto pairs = static_cast<size_t>(std::clamp<int64_t>(length / 2, 1, symbols / 2));
  TokenPair pair;
  for (size_t i = 0; i < pairs; ++i) {
    pair.source.push_back(keys[i]);
    pair.source.push_back(static_cast<int32_t>(symbols / 2) + symbol(symbols / 2, random));
  }
  const size_t asked = random.below(pairs);
  pair.target = {pair.source[2 * asked + 1]};
  pair.source.push_back(keys[asked]);
  return pair;
}

}  // namespace

std::string_view name(SymbolTask task) {
  constexpr std::array<std::string_view, 3> names{"copy", "reverse", "recall"};
  return names[static_cast<size_t>(task)];
}

TokenPair example(SymbolTask task, int64_t length, int64_t symbols, Random& random) {
  if (task == SymbolTask::recall) return recall(length, symbols, random);
  TokenPair pair;
  for (int64_t i = 0; i < length; ++i) pair.source.push_back(symbol(symbols, random));
  pair.target = pair.source;
  if (task == SymbolTask::reverse) std::ranges::reverse(pair.target);
  return pair;
}

SymbolLearner::SymbolLearner(const SymbolLearnerOptions& options)
    : options_(options),
      learner_(
          {.preset = options.preset, .settings = options.settings, .symbols = options.symbols, .seed = options.seed}),
      random_(options.seed) {}

double SymbolLearner::learn(int64_t steps) {
  double loss = 0;
  for (int64_t i = 0; i < steps; ++i) {
    std::vector<TokenPair> pairs;
    for (int64_t k = 0; k < options_.batch; ++k) {
      const auto range = static_cast<uint64_t>(options_.longest - options_.shortest + 1);
      const int64_t length = options_.shortest + static_cast<int64_t>(random_.below(range));
      pairs.push_back(example(options_.task, length, options_.symbols, random_));
    }
    loss += learner_.learn(pairs).nll;
  }
  return loss / static_cast<double>(std::max<int64_t>(1, steps));
}

std::vector<TokenPair> SymbolLearner::pairs(int64_t length, int64_t examples, uint64_t seed) const {
  Random random(mix(options_.seed, seed));
  std::vector<TokenPair> pairs;
  for (int64_t i = 0; i < examples; ++i) pairs.push_back(example(options_.task, length, options_.symbols, random));
  return pairs;
}

Batch SymbolLearner::batch(int64_t length, int64_t examples, uint64_t seed) const {
  return learner_.batch(pairs(length, examples, seed));
}

double SymbolLearner::exact(int64_t length, int64_t examples) const {
  constexpr uint64_t of_tests = 0x7465737473;  // no seed of a training batch is near
  const auto asked = pairs(length, examples, mix(of_tests, static_cast<uint64_t>(length)));
  return static_cast<double>(learner_.exact(asked)) / static_cast<double>(examples);
}

}  // namespace naru
