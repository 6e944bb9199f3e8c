#include "naru/generate/steps.h"

#include <algorithm>
#include <limits>

#include "naru/base/random.h"

namespace naru {

void BeamStep::look(std::span<const Voice> voices, std::span<const Sentence> sentences) {
  int64_t held_back = 0;
  choosing_.clear();
  for (const Sentence& sentence : sentences) {
    held_back = std::max(held_back, rules_.most_held_back(sentence.length));
    if (sentence.outputs) choosing_.push_back({std::ssize(sentence.live), *sentence.outputs});
  }
  const int64_t count = std::min(voices[0].output.weight.dim(0), 2 * rules_.options.beam + held_back);
  best_ = choosing_.empty() ? best_of(voices, count) : best_outputs(voices[0].hidden, choosing_, count);
}

bool BeamStep::better(const Candidate& a, const Candidate& b) {
  if (a.worth != b.worth) return a.worth > b.worth;
  return a.from != b.from ? a.from < b.from : a.id < b.id;
}

void BeamStep::collect(const Sentence& sentence, int32_t from, int64_t row) {
  const Branch& branch = sentence.live[static_cast<size_t>(from)];
  if (sentence.length + 1 >= sentence.max_length && rules_.vocabulary.force_end) {
    candidates_.push_back({from, rules_.vocabulary.end, branch.log_probability, branch.worth});  // costs nothing
    return;
  }
  rules_.read(sentence, branch);
  const int64_t count = best_.ids.dim(1);
  for (int64_t i = row * count; i < (row + 1) * count; ++i) {
    const int32_t id = best_.ids.data<int32_t>()[i];
    if (id < 0 || !rules_.allowed(id, sentence.length) || rules_.repeats(id)) continue;
    const auto log_probability = static_cast<double>(best_.log_probabilities.data()[i]);
    candidates_.push_back(
        {from, id, branch.log_probability + log_probability, branch.worth + rules_.worth(id, log_probability)});
  }
}

void BeamStep::advance(Sentence& sentence, int32_t first_row, std::vector<int32_t>& rows) {
  const auto beam = static_cast<size_t>(rules_.options.beam), rows_before = rows.size();
  candidates_.clear();
  next_.clear();
  for (int32_t i = 0; i < std::ssize(sentence.live); ++i) collect(sentence, i, first_row + i);
  if (candidates_.empty()) {  // what may be written is used up: cut here
    for (const Branch& branch : sentence.live)
      sentence.keep({branch, rules_.score(branch.worth, sentence.length)}, rules_.options.beam);
    sentence.live.clear();
    return;
  }
  const size_t looked_at = std::min(2 * beam, candidates_.size());
  std::ranges::partial_sort(candidates_, candidates_.begin() + static_cast<std::ptrdiff_t>(looked_at), better);
  ++sentence.length;
  const auto complete = [&](const Branch& branch) {
    sentence.keep({branch, rules_.score(branch.worth, sentence.length)}, rules_.options.beam);
  };
  for (size_t rank = 0; rank < looked_at && next_.size() < beam; ++rank) {
    const Candidate& candidate = candidates_[rank];
    const bool ends = candidate.id == rules_.vocabulary.end;
    if (ends && rank >= beam) continue;
    const Branch branch{sentence.grow(sentence.live[static_cast<size_t>(candidate.from)], candidate.id),
                        candidate.log_probability, candidate.worth};
    if (ends) {
      complete(branch);
    } else {
      next_.push_back(branch);
      rows.push_back(first_row + candidate.from);
    }
  }
  const bool last = sentence.length >= sentence.max_length;
  if (last) std::ranges::for_each(next_, complete);
  if (last || next_.empty() || done(sentence, candidates_.front().worth)) {
    next_.clear();
    rows.resize(rows_before);
  }
  std::swap(sentence.live, next_);
}

/// No live hypothesis can be expected to beat the worst complete one.
bool BeamStep::done(const Sentence& sentence, double best_worth) const {
  if (std::ssize(sentence.complete) < rules_.options.beam) return false;
  return rules_.options.stop_early || sentence.complete.back().score >= rules_.score(best_worth, sentence.length);
}

void SamplingStep::look(std::span<const Voice> voices, std::span<const Sentence>) {
  log_probabilities_ = log_probabilities_of(voices);
}

std::optional<int32_t> SamplingStep::draw(const Sentence& sentence, const Branch& branch, int64_t row) {
  if (sentence.length + 1 >= sentence.max_length && rules_.vocabulary.force_end) return rules_.vocabulary.end;
  rules_.read(sentence, branch);
  const int64_t vocabulary = log_probabilities_.dim(1);
  const float* const of_row = log_probabilities_.data() + row * vocabulary;
  allowed_.resize(static_cast<size_t>(vocabulary));
  for (int32_t id = 0; id < vocabulary; ++id)
    allowed_[static_cast<size_t>(id)] = rules_.allowed(id, sentence.length) && !rules_.repeats(id)
                                            ? static_cast<float>(rules_.worth(id, static_cast<double>(of_row[id])))
                                            : -std::numeric_limits<float>::infinity();
  const uint64_t seed = mix(static_cast<uint64_t>(rules_.options.sampling.seed), sentence.key);
  Random random(mix(seed, static_cast<uint64_t>(branch.draw)), static_cast<uint64_t>(sentence.length));
  return sampler_.draw(allowed_, random.uniform());
}

void SamplingStep::advance(Sentence& sentence, int32_t first_row, std::vector<int32_t>& rows) {
  next_.clear();
  for (int32_t i = 0; i < std::ssize(sentence.live); ++i) {
    const Branch& from = sentence.live[static_cast<size_t>(i)];
    const int64_t row = first_row + i;
    const std::optional<int32_t> drawn = draw(sentence, from, row);
    if (!drawn) {
      sentence.keep({from, rules_.score(from.worth, sentence.length)}, rules_.options.nbest);
      continue;
    }
    const int32_t id = *drawn;
    const auto log_probability = static_cast<double>(log_probabilities_.data()[row * log_probabilities_.dim(1) + id]);
    const Branch branch{sentence.grow(from, id), from.log_probability + log_probability,
                        from.worth + rules_.worth(id, log_probability), from.draw};
    if (id == rules_.vocabulary.end || sentence.length + 1 >= sentence.max_length) {
      sentence.keep({branch, rules_.score(branch.worth, sentence.length + 1)}, rules_.options.nbest);
    } else {
      next_.push_back(branch);
      rows.push_back(static_cast<int32_t>(row));
    }
  }
  ++sentence.length;
  std::swap(sentence.live, next_);
}

}  // namespace naru
