// A batch without padding: the tokens of all sequences one after the other, and where each begins.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "naru/tensor/tensor.h"

namespace naru {

/// Where each sequence of a batch begins. Immutable and shared; cheap to copy.
class Offsets {
 public:
  Offsets() : Offsets(std::vector<int32_t>{}) {}
  /// `sentences`: each sequence's index in the global batch, which dropout counts by; empty = 0, 1, 2, …
  explicit Offsets(std::vector<int32_t> lengths, std::vector<int32_t> sentences = {});

  int64_t count() const { return static_cast<int64_t>(data_->begins.size()) - 1; }
  int64_t total() const { return data_->begins.back(); }
  int64_t longest() const;
  int64_t begin(int64_t sequence) const { return data_->begins[static_cast<size_t>(sequence)]; }
  int64_t end(int64_t sequence) const { return data_->begins[static_cast<size_t>(sequence) + 1]; }
  int64_t length(int64_t sequence) const { return end(sequence) - begin(sequence); }
  std::span<const int32_t> begins() const { return data_->begins; }  // [count + 1]
  std::vector<int32_t> lengths() const;

  /// Sequences ordered by falling length, ties by index; computed once. [count]
  std::span<const int32_t> longest_first() const;
  /// One key per token from (sentence's index in the global batch, position): what dropout counts by. [total]
  std::span<const uint32_t> token_keys() const;
  bool operator==(const Offsets& other) const { return data_ == other.data_ || data_->begins == other.data_->begins; }

 private:
  struct Data {
    std::vector<int32_t> begins, sentences;
    mutable std::vector<int32_t> longest_first;
    mutable std::vector<uint32_t> token_keys;
    mutable std::once_flag longest_first_once, token_keys_once;
  };
  std::shared_ptr<const Data> data_;
};

/// Tokens of many sequences: ids [total], or features [total, d].
struct Ragged {
  Tensor values;
  Offsets offsets;

  int64_t total() const { return offsets.total(); }
  int64_t count() const { return offsets.count(); }
  /// Sequences of ids, e.g. {{5, 6, 2}, {7, 2}}.
  static Ragged from(const std::vector<std::vector<int32_t>>& sequences);
  /// Checks that values has `total` rows.
  static Ragged of(Tensor values, Offsets offsets);
  /// Sequences [first, last): a view on the same values.
  Ragged part(int64_t first, int64_t last) const;
};

}  // namespace naru
