// A corpus of invented sentences that tiny models learn in seconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/base/random.h"

namespace naru {

/// `pairs` lines of source, tab, target: words of one language and those of the other in reverse order.
inline std::string small_table(int pairs, uint64_t seed = 1) {
  const std::vector<std::string> source{"개", "고양이", "새", "물", "집", "나무", "강", "산", "빨간", "작은", "본다"};
  const std::vector<std::string> target{"dog",   "cat",      "bird", "water", "house", "tree",
                                        "river", "mountain", "red",  "small", "sees"};
  Random random(seed);
  std::string table;
  for (int i = 0; i < pairs; ++i) {
    std::string left, right;
    for (uint64_t words = 2 + random.below(5); words > 0; --words) {
      const size_t word = random.below(source.size());
      left += (left.empty() ? "" : " ") + source[word];
      right = target[word] + (right.empty() ? "" : " ") + right;
    }
    table += left + "\t" + right + "\n";
  }
  return table;
}

}  // namespace naru
