// Which keys a query may see, as data: a sparse family adds a field here and a line to `visible`, never an op. One
// whose keys lie apart (blocks with globals, buckets) makes of the range that `visible` returns a list.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace naru {

/// Keys [first, last) of a sequence.
struct KeyRange {
  int64_t first = 0, last = 0;
};

/// A query's position is counted from the end: the queries of a sequence are the last of its keys' tokens. So a causal
/// query that continues a cached prefix sees the whole prefix.
struct AttentionPattern {
  bool causal = false;  // no key after the query's own position
  int64_t window = 0;   // only keys nearer than this to the query's own position; 0 = all
  /// For each query of the batch at most so many keys, from the first on: at least 1, never falling within a sequence.
  /// Null = all. [query_total]
  std::shared_ptr<const std::vector<int32_t>> reach = nullptr;

  /// What the query at `position`, the batch's `query`-th, sees of `keys` keys. Neither bound falls as the position
  /// rises.
  KeyRange visible(int64_t position, int64_t keys, int64_t query) const {
    KeyRange range{0, keys};
    if (causal) range.last = std::clamp<int64_t>(position + 1, 0, keys);
    if (window > 0) {
      range.first = std::clamp<int64_t>(position - window + 1, 0, keys);
      range.last = std::clamp<int64_t>(position + window, 0, range.last);
    }
    if (reach) range.last = std::min<int64_t>(range.last, (*reach)[static_cast<size_t>(query)]);
    return range;
  }
  /// True when a query's position among the keys matters, which then must be at least as many as the queries.
  bool positional() const { return causal || window > 0; }
};

}  // namespace naru
