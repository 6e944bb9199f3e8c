#include "naru/data/batch.h"

#include <algorithm>
#include <numeric>

namespace naru {
namespace {

void append(std::vector<int32_t>& all, const std::vector<int32_t>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

Tensor ids_tensor(const std::vector<int32_t>& ids) { return Tensor::from(ids, {static_cast<int64_t>(ids.size())}); }

/// Sequences [first, last) of a ragged batch; the ids are shared, not copied.
Ragged part_of(const Ragged& whole, int64_t first, int64_t last, const std::vector<int32_t>& sentences) {
  std::vector<int32_t> lengths;
  for (int64_t i = first; i < last; ++i) lengths.push_back(static_cast<int32_t>(whole.offsets.length(i)));
  return Ragged::of(whole.values.rows(whole.offsets.begin(first), whole.offsets.begin(last)),
                    Offsets(std::move(lengths), sentences));
}

Batch part_of(const Batch& whole, int64_t first, int64_t last) {
  std::vector<int32_t> sentences(whole.sentences.begin() + first, whole.sentences.begin() + last);
  const Offsets& target = whole.target_in.offsets;
  return {.source = part_of(whole.source, first, last, sentences),
          .target_in = part_of(whole.target_in, first, last, sentences),
          .target_out = whole.target_out.rows(target.begin(first), target.begin(last)),
          .soft = whole.soft.rows(target.begin(first), target.begin(last)),
          .sentences = sentences};
}

}  // namespace

Batch make_batch(std::span<const TokenPair> pairs, const SentenceMarks& marks) {
  std::vector<int32_t> source, target_in, target_out, source_lengths, target_lengths;
  std::vector<int32_t> sentences(pairs.size());
  std::iota(sentences.begin(), sentences.end(), 0);
  for (const TokenPair& pair : pairs) {
    append(source, pair.source);
    source.push_back(marks.source_end);
    target_in.push_back(marks.start);
    append(target_in, pair.target);
    append(target_out, pair.target);
    target_out.push_back(marks.target_end);
    source_lengths.push_back(static_cast<int32_t>(pair.source.size()) + 1);
    target_lengths.push_back(static_cast<int32_t>(pair.target.size()) + 1);
  }
  return {.source = Ragged::of(ids_tensor(source), Offsets(std::move(source_lengths), sentences)),
          .target_in = Ragged::of(ids_tensor(target_in), Offsets(std::move(target_lengths), sentences)),
          .target_out = ids_tensor(target_out),
          .soft = {},
          .sentences = sentences};
}

std::vector<Batch> split(const Batch& batch, int64_t most_tokens) {
  std::vector<Batch> parts;
  const Offsets &source = batch.source.offsets, &target = batch.target_in.offsets;
  for (int64_t first = 0, last = 0; first < batch.count(); first = last) {
    const auto fits = [&](int64_t end) {
      return source.begin(end) - source.begin(first) <= most_tokens &&
             target.begin(end) - target.begin(first) <= most_tokens;
    };
    for (last = first + 1; last < batch.count() && fits(last + 1);) ++last;
    parts.push_back(part_of(batch, first, last));
  }
  return parts;
}

Batch share_of(const Batch& batch, int64_t index, int64_t count) {
  const auto begins = batch.target_in.offsets.begins();
  const auto border = [&](int64_t part) {
    const auto at = static_cast<int32_t>(batch.target_tokens() * part / count);
    return std::ranges::lower_bound(begins, at) - begins.begin();
  };
  return part_of(batch, border(index), border(index + 1));
}

std::vector<Batch> batches_of(std::span<const TokenPair> pairs, int64_t batch_tokens, const SentenceMarks& marks) {
  std::vector<TokenPair> sorted(pairs.begin(), pairs.end());
  std::ranges::stable_sort(sorted, std::greater(), [](const TokenPair& pair) { return pair.target.size(); });
  return split(make_batch(sorted, marks), batch_tokens);
}

}  // namespace naru
