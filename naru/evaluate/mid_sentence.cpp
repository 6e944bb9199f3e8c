#include "naru/evaluate/mid_sentence.h"

#include <algorithm>

namespace naru {

void MidSentence::hear(const std::vector<int32_t>& ids) {
  heard_.insert(heard_.end(), ids.begin(), ids.end());
  const Decoder& decoder = speaker_.decoder;
  if (state_ && decoder.extends()) return decoder.extend(*state_, Ragged::from({ids}));
  state_ = decoder.start(Ragged::from({heard_}));
  if (!settled_.empty()) decoder.append(*state_, Ragged::from({settled_}));
}

void MidSentence::draft(const std::vector<int32_t>& ids) {
  static constexpr int32_t twice[] = {0, 0};
  if (drafted_.empty()) speaker_.decoder.reorder(*state_, twice);
  drafted_.insert(drafted_.end(), ids.begin(), ids.end());
  const Tensor hidden = speaker_.decoder.append(*state_, Ragged::from({{}, ids}));     // [ids, width]
  scores_ = speaker_.decoder.output()(hidden.rows(hidden.dim(0) - 1, hidden.dim(0)));  // [1, vocabulary]
}

void MidSentence::keep() {
  static constexpr int32_t second[] = {1};
  speaker_.decoder.reorder(*state_, second);
  settled_.insert(settled_.end(), drafted_.begin(), drafted_.end());
  drafted_.clear();
}

void MidSentence::drop() {
  static constexpr int32_t first[] = {0};
  speaker_.decoder.reorder(*state_, first);
  drafted_.clear();
}

int32_t MidSentence::best(Next next) const {
  const auto& [start, end, forbidden, force, suppress] = speaker_.vocabulary;
  const auto scores = scores_.values();
  int32_t best = -1;
  for (int32_t id = 0; id < static_cast<int32_t>(scores.size()); ++id) {
    const bool new_word = speaker_.begins(id), may_end = next == Next::any || next == Next::new_word_or_end;
    if (id == end ? !may_end : (next != Next::any && !new_word) || std::ranges::find(forbidden, id) != forbidden.end())
      continue;
    if (best < 0 || scores[static_cast<size_t>(id)] > scores[static_cast<size_t>(best)]) best = id;
  }
  NARU_CHECK(best >= 0, "interpreter: the vocabulary has no piece that begins a word");
  return best;
}

}  // namespace naru
