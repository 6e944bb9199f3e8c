#include "naru/generate/ensemble.h"

#include <algorithm>

#include "naru/ops/log_mean.h"
#include "naru/ops/softmax.h"

namespace naru {
namespace {

/// The rows `rows` of `written` sequences, the last of each, behind the rows that are there.
Tensor joined(const Tensor& before, const Tensor& hidden, const Offsets& written, std::span<const int32_t> rows) {
  const int64_t width = hidden.dim(1), there = before ? before.dim(0) : 0;
  Tensor all({there + std::ssize(rows), width});
  if (before) std::ranges::copy(before.values(), all.data());
  float* to = all.data() + there * width;
  for (const int32_t i : rows) to = std::copy_n(hidden.data() + (written.end(i) - 1) * width, width, to);
  return all;
}

std::vector<Voice> part_of(std::span<const Voice> voices, int64_t first, int64_t last) {
  std::vector<Voice> part;
  for (const Voice& voice : voices) part.push_back({voice.hidden.rows(first, last), voice.output});
  return part;
}

}  // namespace

Tensor log_probabilities_of(std::span<const Voice> voices) {
  std::vector<Tensor> each;
  for (const Voice& voice : voices) each.push_back(log_softmax(voice.output(voice.hidden)));
  return each.size() == 1 ? each[0] : log_mean(each);
}

BestOutputs best_of(std::span<const Voice> voices, int64_t count) {
  const auto& [hidden, output] = voices[0];
  if (voices.size() == 1) return best_outputs(hidden, output.weight, output.bias, count);
  constexpr int64_t rows_at_once = 128;
  const int64_t rows = hidden.dim(0);
  BestOutputs best{Tensor({rows, count}), Tensor({rows, count}, DType::i32)};
  for (int64_t first = 0; first < rows; first += rows_at_once) {
    const int64_t last = std::min(rows, first + rows_at_once);
    const BestOutputs some = best_columns(log_probabilities_of(part_of(voices, first, last)), count);
    std::ranges::copy(some.log_probabilities.values(), best.log_probabilities.data() + first * count);
    std::ranges::copy(some.ids.values<int32_t>(), best.ids.data<int32_t>() + first * count);
  }
  return best;
}

Ensemble::Ensemble(std::span<const EnsembleMember> members) : members_(members), states_(members.size()) {
  NARU_CHECK(!members.empty(), "ensemble: has no member");
  for (const EnsembleMember& member : members)
    NARU_CHECK(
        member.source.count() == source().count() && member.decoder.output().weight.dim(0) == output().weight.dim(0),
        "ensemble: {} sources and {} outputs beside {} and {}", member.source.count(),
        member.decoder.output().weight.dim(0), source().count(), output().weight.dim(0));
}

int64_t Ensemble::longest() const {
  int64_t least = members_[0].decoder.longest();
  for (const EnsembleMember& member : members_) least = std::min(least, member.decoder.longest());
  return least;
}

void Ensemble::enter(int64_t first, int64_t last, const Ragged& written, std::span<const int32_t> rows) {
  const bool repeat = std::ssize(rows) != last - first;
  std::vector<Voice> voices;
  for (size_t i = 0; i < members_.size(); ++i) {
    const Decoder& decoder = members_[i].decoder;
    auto state = decoder.start(members_[i].source.part(first, last));
    const Tensor hidden = decoder.append(*state, written);
    if (repeat) decoder.reorder(*state, rows);
    voices.push_back(
        {joined(voices_.empty() ? Tensor() : voices_[i].hidden, hidden, written.offsets, rows), decoder.output()});
    if (states_[i]) {
      decoder.join(*states_[i], std::move(state));
    } else {
      states_[i] = std::move(state);
    }
  }
  voices_.swap(voices);
}

void Ensemble::go_on(std::span<const int32_t> rows, const Ragged& tokens) {
  voices_.clear();
  for (size_t i = 0; i < members_.size(); ++i) {
    const Decoder& decoder = members_[i].decoder;
    decoder.reorder(*states_[i], rows);
    voices_.push_back({decoder.append(*states_[i], tokens), decoder.output()});
  }
}

void Ensemble::clear() {
  for (auto& state : states_) state.reset();
  voices_.clear();
}

}  // namespace naru
