#include "naru/evaluate/policy_writers.h"

#include <algorithm>

namespace naru {

const std::vector<int32_t>& WaitWriter::hear(const std::vector<int32_t>& ids, bool last) {
  middle_.hear(ids);
  ++heard_words_;
  while (!done_ && (last || words_ < heard_words_ - k_ + 1)) write_word(last);
  return ids_;
}

void WaitWriter::write_word(bool last) {
  const int64_t longest = speaker_.search.longest(middle_.heard());
  const size_t begin = ids_.size();
  middle_.draft({pending_});
  int32_t id = middle_.best(last ? Next::new_word_or_end : Next::new_word);
  while (id != speaker_.vocabulary.end && std::ssize(ids_) < longest) {
    middle_.keep();
    ids_.push_back(pending_ = id);
    middle_.draft({pending_});
    id = middle_.best(Next::any);
    if (id == speaker_.vocabulary.end || speaker_.begins(id)) {  // the word is complete, the next one not begun
      ++words_;
      return middle_.drop();
    }
  }
  ids_.resize(begin);  // where the most pieces are written, a word of which more would come is left out
  middle_.drop();
  done_ = true;
}

const std::vector<int32_t>& AgreementWriter::hear(const std::vector<int32_t>& ids, bool last) {
  middle_.hear(ids);
  drafts_.push_back(whole_draft());
  if (drafts_.size() > translations_) drafts_.erase(drafts_.begin());
  if (last) return ids_ = drafts_.back();
  if (drafts_.size() == translations_) commit();
  return ids_;
}

std::vector<int32_t> AgreementWriter::whole_draft() {
  std::vector<int32_t> ids = ids_, tokens{speaker_.vocabulary.start};
  tokens.insert(tokens.end(), ids.begin(), ids.end());
  middle_.draft(tokens);
  const int64_t longest = speaker_.search.longest(middle_.heard());
  size_t begin = ids.size();  // of the word that is written
  int32_t id = middle_.best(Next::new_word_or_end);
  for (; id != speaker_.vocabulary.end && std::ssize(ids) < longest; id = middle_.best(Next::any)) {
    if (speaker_.begins(id)) begin = ids.size();
    ids.push_back(id);
    middle_.draft({id});
  }
  if (id != speaker_.vocabulary.end && !speaker_.begins(id)) ids.resize(begin);  // the word has no room
  middle_.drop();
  return ids;
}

void AgreementWriter::commit() {
  const std::vector<int32_t>& draft = drafts_.back();
  size_t common = draft.size();
  for (const std::vector<int32_t>& other : drafts_)
    common = std::min(common, static_cast<size_t>(std::ranges::mismatch(draft, other).in1 - draft.begin()));
  const auto whole = [&](const std::vector<int32_t>& ids) {
    return common == ids.size() || speaker_.begins(ids[common]);
  };
  while (common > ids_.size() && !std::ranges::all_of(drafts_, whole)) --common;
  ids_.assign(draft.begin(), draft.begin() + static_cast<int64_t>(common));
}

}  // namespace naru
