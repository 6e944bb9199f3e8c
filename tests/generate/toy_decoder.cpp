#include "tests/generate/toy_decoder.h"

#include <cmath>

namespace naru {

struct ToyDecoder::Histories final : State {
  struct One {
    std::vector<int32_t> source, ids;
    bool started = false;
  };
  std::vector<One> all;
  void detach() override {}
};

ToyDecoder::ToyDecoder(int64_t vocabulary, Rule rule) : vocabulary_(vocabulary), rule_(std::move(rule)) {
  Tensor weight = Tensor::zeros({vocabulary, vocabulary});
  for (int64_t i = 0; i < vocabulary; ++i) weight.data()[i * vocabulary + i] = 1;
  identity_ = Linear(weight, {});
}

std::unique_ptr<State> ToyDecoder::start(const Ragged& source, Trace*) const {
  auto state = std::make_unique<Histories>();
  const auto ids = source.values.values<int32_t>();
  for (int64_t i = 0; i < source.count(); ++i)
    state->all.push_back({{ids.begin() + source.offsets.begin(i), ids.begin() + source.offsets.end(i)}, {}, false});
  return state;
}

Tensor ToyDecoder::append(State& state, const Ragged& tokens, Trace*) const {
  auto& histories = static_cast<Histories&>(state).all;
  batches_.push_back(tokens.count());
  Tensor hidden({tokens.total(), vocabulary_});
  for (int64_t i = 0; i < tokens.count(); ++i) {
    auto& history = histories[static_cast<size_t>(i)];
    for (int64_t token = tokens.offsets.begin(i); token < tokens.offsets.end(i); ++token) {
      if (history.started) history.ids.push_back(tokens.values.data<int32_t>()[token]);
      history.started = true;
      const auto probabilities = rule_(history.source, history.ids);
      for (int64_t id = 0; id < vocabulary_; ++id)
        hidden.data()[token * vocabulary_ + id] = std::log(probabilities[static_cast<size_t>(id)]);
    }
  }
  return hidden;
}

void ToyDecoder::reorder(State& state, std::span<const int32_t> rows) const {
  auto& histories = static_cast<Histories&>(state).all;
  std::vector<Histories::One> next;
  for (const int32_t row : rows) next.push_back(histories.at(static_cast<size_t>(row)));
  histories = std::move(next);
}

void ToyDecoder::join(State& into, std::unique_ptr<State> more) const {
  auto& histories = static_cast<Histories&>(into).all;
  for (auto& history : static_cast<Histories&>(*more).all) histories.push_back(std::move(history));
}

int64_t ToyDecoder::count(const State& state) const {
  return static_cast<int64_t>(static_cast<const Histories&>(state).all.size());
}

}  // namespace naru
