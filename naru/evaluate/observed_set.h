// A set of pairs as a model translates it, and broken lines made from it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/evaluate/corruption.h"
#include "naru/evaluate/translator.h"

namespace naru {

/// One line as the model read and wrote it.
struct ObservedLine {
  size_t pair = 0;  // that it is, or was made from
  Observation observation;
  std::string text;
};

/// Broken behind the model: its translation does not belong to a good line, or runs into a loop.
enum class Detachment {
  another_line,  // the translation of another line, about as long
  looped,        // its own, cut off where some pieces begin to repeat
};
inline constexpr Detachment all_detachments[] = {Detachment::another_line, Detachment::looped};
std::string name_of(Detachment kind);

class ObservedSet {
 public:
  /// All must outlive this. Pairs with an empty side are left out. Error: none is left, or none that can be broken.
  ObservedSet(const ModelFolder& folder, const std::vector<Pair>& pairs, const SearchOptions& search);

  /// In an order that follows from the search's seed.
  std::vector<ObservedLine> good(int64_t most) const;
  /// `count` lines, from the last in that order backwards: others than the good ones where there are enough.
  std::vector<ObservedLine> broken(Corruption kind, int64_t count) const;
  /// One from each of the good lines, up to `count`.
  std::vector<ObservedLine> detached(Detachment kind, const std::vector<ObservedLine>& good, int64_t count) const;
  const std::vector<Pair>& pairs() const { return pairs_; }

 private:
  std::vector<size_t> order() const;
  std::vector<ObservedLine> observed(const std::vector<std::string>& lines, const std::vector<size_t>& from,
                                     const std::string& what) const;

  const ModelFolder& folder_;
  const std::vector<Pair>& pairs_;
  const SearchOptions& search_;
  uint64_t seed_;
};

}  // namespace naru
