#pragma once

#include <functional>

#include "naru/models/decoder.h"

namespace naru {

/// A decoder with a known answer: the scores after a history of ids are whatever a function says.
class ToyDecoder final : public Decoder {
 public:
  /// (source ids, ids so far without the start) → probabilities over the vocabulary.
  using Rule = std::function<std::vector<float>(const std::vector<int32_t>&, const std::vector<int32_t>&)>;
  ToyDecoder(int64_t vocabulary, Rule rule);

  std::unique_ptr<State> start(const Ragged& source, Trace* trace = nullptr) const override;
  Tensor append(State& state, const Ragged& tokens, Trace* trace = nullptr) const override;
  void reorder(State& state, std::span<const int32_t> rows) const override;
  void join(State& into, std::unique_ptr<State> more) const override;
  int64_t count(const State& state) const override;
  const Linear& output() const override { return identity_; }
  /// How many sequences each call of `append` had.
  const std::vector<int64_t>& batches() const { return batches_; }

 private:
  struct Histories;
  int64_t vocabulary_;
  Rule rule_;
  Linear identity_;
  mutable std::vector<int64_t> batches_;
};

}  // namespace naru
