// n-grams of several sequences at once, each replaced by a small number: equal n-grams have equal numbers, so counting
// them is counting into an array. An n-gram's key is (number of its first n - 1 symbols, last symbol): exact for any n.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "naru/base/threads.h"

namespace naru {

/// Symbols (words, characters) of one sequence, as numbers.
using Symbols = std::vector<uint32_t>;

/// Calls `use(order, grams, distinct)` for order = 1 … max_order. `grams[s]` are the numbers, in [0, distinct), of the
/// order-grams of sequence s: empty where the sequence is shorter than `order`.
void for_each_order(const std::vector<Symbols>& sequences, int max_order,
                    FunctionRef<void(int order, const std::vector<Symbols>& grams, uint32_t distinct)> use);

/// Numbers words in order of appearance. The views must outlive the vocabulary.
class WordNumbers {
 public:
  uint32_t operator()(std::string_view word) {
    return numbers_.try_emplace(word, static_cast<uint32_t>(numbers_.size())).first->second;
  }
  /// The numbers of a list of words (anything that converts to string_view).
  template <class Words>
  Symbols all(const Words& words) {
    Symbols symbols;
    symbols.reserve(words.size());
    for (const auto& word : words) symbols.push_back((*this)(word));
    return symbols;
  }

 private:
  std::unordered_map<std::string_view, uint32_t> numbers_;
};

}  // namespace naru
