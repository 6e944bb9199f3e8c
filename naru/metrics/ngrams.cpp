#include "naru/metrics/ngrams.h"

#include <bit>

#include "naru/base/random.h"

namespace naru {
namespace {

/// Numbers keys in order of appearance; open addressing, room for `most` different keys.
class KeyNumbers {
 public:
  explicit KeyNumbers(size_t most) : mask_(std::bit_ceil(2 * most + 1) - 1), slots_(mask_ + 1) {}
  void clear() {
    slots_.assign(slots_.size(), {});
    size_ = 0;
  }
  uint32_t operator()(uint64_t key) {
    size_t at = mix(key) & mask_;
    while (slots_[at].number_plus_one != 0 && slots_[at].key != key) at = (at + 1) & mask_;
    if (slots_[at].number_plus_one == 0) slots_[at] = {key, ++size_};
    return slots_[at].number_plus_one - 1;
  }
  uint32_t size() const { return size_; }

 private:
  struct Slot {
    uint64_t key = 0;
    uint32_t number_plus_one = 0;
  };
  size_t mask_;
  std::vector<Slot> slots_;
  uint32_t size_ = 0;
};

}  // namespace

void for_each_order(const std::vector<Symbols>& sequences, int max_order,
                    FunctionRef<void(int order, const std::vector<Symbols>& grams, uint32_t distinct)> use) {
  size_t total = 0;
  for (const Symbols& sequence : sequences) total += sequence.size();
  KeyNumbers numbers(total);
  std::vector<Symbols> grams(sequences.size());
  for (size_t s = 0; s < sequences.size(); ++s) grams[s].assign(sequences[s].size() + 1, 0);

  for (int order = 1; order <= max_order; ++order) {
    numbers.clear();
    for (size_t s = 0; s < sequences.size(); ++s) {
      if (grams[s].empty()) continue;
      grams[s].pop_back();  // one order-gram less than there were (order - 1)-grams
      const auto last = static_cast<size_t>(order - 1);
      for (size_t i = 0; i < grams[s].size(); ++i)
        grams[s][i] = numbers(static_cast<uint64_t>(grams[s][i]) << 32 | sequences[s][i + last]);
    }
    use(order, grams, numbers.size());
  }
}

}  // namespace naru
