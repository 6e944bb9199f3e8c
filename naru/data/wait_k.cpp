#include "naru/data/wait_k.h"

#include <algorithm>

namespace naru {
namespace {

/// Where each word of a sequence ends, in tokens; its last one with the end of sentence. Tokens before the first
/// beginning (the tag of a direction) belong to the first word.
std::vector<int32_t> ends_of_words(const Ragged& tokens, int64_t sequence, const WordBeginnings& begins) {
  const auto* ids = tokens.values.data<int32_t>() + tokens.offsets.begin(sequence);
  const auto count = static_cast<int32_t>(tokens.offsets.length(sequence));
  std::vector<int32_t> ends;
  bool first = true;
  for (int32_t i = 0; i < count; ++i) {
    if (!begins(ids[i])) continue;
    if (!first) ends.push_back(i);
    first = false;
  }
  ends.push_back(count);
  return ends;
}

}  // namespace

std::vector<int32_t> WaitK::reach(const Batch& batch, uint64_t draw) const {
  const int64_t wait = k > 0 ? k : 1 + static_cast<int64_t>(draw % most);
  const Offsets& offsets = batch.target_in.offsets;
  const auto* written = batch.target_out.data<int32_t>();
  std::vector<int32_t> reach;
  for (int64_t i = 0; i < batch.count(); ++i) {
    const std::vector<int32_t> ends = ends_of_words(batch.source, i, source);
    int64_t word = 0;  // counted from 1
    for (int64_t token = offsets.begin(i); token < offsets.end(i); ++token) {
      if (token == offsets.begin(i) || token + 1 == offsets.end(i) || target(written[token])) ++word;
      reach.push_back(ends[static_cast<size_t>(std::min<int64_t>(wait + word - 1, std::ssize(ends)) - 1)]);
    }
  }
  return reach;
}

}  // namespace naru
