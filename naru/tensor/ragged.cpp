#include "naru/tensor/ragged.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "naru/base/random.h"

namespace naru {

Offsets::Offsets(std::vector<int32_t> lengths, std::vector<int32_t> sentences) {
  NARU_CHECK(sentences.empty() || sentences.size() == lengths.size(), "offsets: {} sentence numbers for {} sequences",
             sentences.size(), lengths.size());
  auto data = std::make_shared<Data>();
  data->begins = std::move(lengths);
  int32_t end = 0;
  for (int32_t& length : data->begins) {  // becomes the begin
    NARU_CHECK(length >= 0, "offsets: negative length {}", length);
    length = std::exchange(end, end + length);
  }
  data->begins.push_back(end);
  data->sentences = std::move(sentences);
  data_ = std::move(data);
}

int64_t Offsets::longest() const {
  int64_t most = 0;
  for (int64_t i = 0; i < count(); ++i) most = std::max(most, length(i));
  return most;
}

std::vector<int32_t> Offsets::lengths() const {
  std::vector<int32_t> all;
  for (int64_t i = 0; i < count(); ++i) all.push_back(static_cast<int32_t>(length(i)));
  return all;
}

std::span<const int32_t> Offsets::longest_first() const {
  std::call_once(data_->longest_first_once, [this] {
    auto& order = data_->longest_first;
    order.resize(static_cast<size_t>(count()));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [this](int32_t a, int32_t b) { return length(a) > length(b); });
  });
  return data_->longest_first;
}

std::span<const uint32_t> Offsets::token_keys() const {
  std::call_once(data_->token_keys_once, [this] {
    auto& keys = data_->token_keys;
    keys.reserve(static_cast<size_t>(total()));
    for (int64_t i = 0; i < count(); ++i) {
      const auto sentence = data_->sentences.empty() ? i : data_->sentences[static_cast<size_t>(i)];
      for (int64_t position = 0; position < length(i); ++position)
        keys.push_back(static_cast<uint32_t>(mix(static_cast<uint64_t>(sentence), static_cast<uint64_t>(position))));
    }
  });
  return data_->token_keys;
}

Ragged Ragged::from(const std::vector<std::vector<int32_t>>& sequences) {
  std::vector<int32_t> ids, lengths;
  for (const auto& sequence : sequences) {
    ids.insert(ids.end(), sequence.begin(), sequence.end());
    lengths.push_back(static_cast<int32_t>(sequence.size()));
  }
  return {Tensor::from(ids, {static_cast<int64_t>(ids.size())}), Offsets(lengths)};
}

Ragged Ragged::of(Tensor values, Offsets offsets) {
  NARU_CHECK(values.dim(0) == offsets.total(), "ragged: {} rows for {} tokens", values.dim(0), offsets.total());
  return {std::move(values), std::move(offsets)};
}

Ragged Ragged::part(int64_t first, int64_t last) const {
  NARU_CHECK(0 <= first && first <= last && last <= count(), "ragged: sequences [{}, {}) of {}", first, last, count());
  std::vector<int32_t> lengths;
  for (int64_t i = first; i < last; ++i) lengths.push_back(static_cast<int32_t>(offsets.length(i)));
  const int64_t begin = offsets.begins()[static_cast<size_t>(first)], end = offsets.begins()[static_cast<size_t>(last)];
  return {values.rows(begin, end), Offsets(std::move(lengths))};
}

}  // namespace naru
