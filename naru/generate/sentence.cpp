#include "naru/generate/sentence.h"

#include <algorithm>
#include <cmath>

namespace naru {

void Sentence::ids_of(int32_t node, std::vector<int32_t>& into) const {
  into.clear();
  for (; node >= 0; node = nodes[static_cast<size_t>(node)].before) into.push_back(nodes[static_cast<size_t>(node)].id);
  std::ranges::reverse(into);
}

void Sentence::keep(const CompleteBranch& branch, int64_t most) {
  complete.insert(std::ranges::upper_bound(complete, branch.score, std::greater{}, &CompleteBranch::score), branch);
  if (std::ssize(complete) > most) complete.pop_back();
}

std::vector<Hypothesis> Sentence::best(int64_t most) const {
  std::vector<Hypothesis> hypotheses(static_cast<size_t>(std::min<int64_t>(std::ssize(complete), most)));
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    ids_of(complete[i].node, hypotheses[i].ids);
    hypotheses[i].log_probability = complete[i].log_probability;
    hypotheses[i].score = complete[i].score;
  }
  return hypotheses;
}

bool WritingRules::allowed(int32_t id, int64_t place) const {
  if (id == vocabulary.end && (vocabulary.suppress_end || place + 1 < options.min_length)) return false;
  return std::ranges::find(vocabulary.forbidden, id) == vocabulary.forbidden.end();
}

int64_t WritingRules::most_held_back(int64_t length) const {
  const bool by_history = options.no_repeat_ngram > 0 || options.repetition_penalty > 1;
  return std::ssize(vocabulary.forbidden) + (vocabulary.suppress_end || length + 1 < options.min_length) +
         (by_history ? length : 0);
}

void WritingRules::read(const Sentence& sentence, const Branch& branch) {
  const auto n = static_cast<size_t>(options.no_repeat_ngram);
  repeating_.clear();
  history_.clear();
  if (n == 0 && options.repetition_penalty <= 1) return;
  sentence.ids_of(branch.node, history_);
  if (n == 0 || history_.size() < n) return;
  const auto tail = history_.end() - static_cast<std::ptrdiff_t>(n - 1);
  for (auto at = history_.begin(); at + static_cast<std::ptrdiff_t>(n - 1) < history_.end(); ++at)
    if (std::equal(tail, history_.end(), at)) repeating_.push_back(at[static_cast<std::ptrdiff_t>(n - 1)]);
}

bool WritingRules::repeats(int32_t id) const { return std::ranges::find(repeating_, id) != repeating_.end(); }

double WritingRules::worth(int32_t id, double log_probability) const {
  if (options.repetition_penalty <= 1 || std::ranges::find(history_, id) == history_.end()) return log_probability;
  return log_probability * options.repetition_penalty;
}

double WritingRules::score(double worth, int64_t length) const {
  const auto n = static_cast<double>(length);
  const double base = options.length_rule == "gnmt" ? (5 + n) / 6 : n;
  return worth / std::pow(base, options.length_penalty);
}

}  // namespace naru
