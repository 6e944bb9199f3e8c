#include "naru/evaluate/interpreter.h"

#include <algorithm>
#include <limits>
#include <sstream>
#include <variant>

#include "naru/text/word_beginnings.h"

namespace naru {
namespace {

std::vector<std::string> words_in(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// What all policies know of the model.
struct Speaker {
  const Decoder& decoder;
  const Tokenizer &source, &target;
  SearchVocabulary vocabulary;
  WordBeginnings begins;
  SearchOptions search;
};

/// What may follow.
enum class Next { any, new_word, new_word_or_end };

/// The middle of a sentence. Row 0 of the state has read what was heard and holds what is settled of the translation; a
/// draft is a copy of it that goes on, to be kept or dropped.
class MidSentence {
 public:
  explicit MidSentence(const Speaker& speaker) : speaker_(speaker) {}

  void hear(const std::vector<int32_t>& ids) {
    heard_.insert(heard_.end(), ids.begin(), ids.end());
    const Decoder& decoder = speaker_.decoder;
    if (state_ && decoder.extends()) return decoder.extend(*state_, Ragged::from({ids}));
    state_ = decoder.start(Ragged::from({heard_}));
    if (!settled_.empty()) decoder.append(*state_, Ragged::from({settled_}));
  }
  int64_t heard() const { return std::ssize(heard_); }

  /// The draft goes on with these tokens; keeps the scores of what follows them.
  void draft(const std::vector<int32_t>& ids) {
    static constexpr int32_t twice[] = {0, 0};
    if (drafted_.empty()) speaker_.decoder.reorder(*state_, twice);
    drafted_.insert(drafted_.end(), ids.begin(), ids.end());
    const Tensor hidden = speaker_.decoder.append(*state_, Ragged::from({{}, ids}));     // [ids, width]
    scores_ = speaker_.decoder.output()(hidden.rows(hidden.dim(0) - 1, hidden.dim(0)));  // [1, vocabulary]
  }
  void keep() {
    static constexpr int32_t second[] = {1};
    speaker_.decoder.reorder(*state_, second);
    settled_.insert(settled_.end(), drafted_.begin(), drafted_.end());
    drafted_.clear();
  }
  void drop() {
    static constexpr int32_t first[] = {0};
    speaker_.decoder.reorder(*state_, first);
    drafted_.clear();
  }

  /// The best piece after the draft; ties go to the lower id.
  int32_t best(Next next) const {
    const auto& [start, end, forbidden, force, suppress] = speaker_.vocabulary;
    const auto scores = scores_.values();
    int32_t best = -1;
    for (int32_t id = 0; id < static_cast<int32_t>(scores.size()); ++id) {
      const bool new_word = speaker_.begins(id), may_end = next == Next::any || next == Next::new_word_or_end;
      if (id == end ? !may_end
                    : (next != Next::any && !new_word) || std::ranges::find(forbidden, id) != forbidden.end())
        continue;
      if (best < 0 || scores[static_cast<size_t>(id)] > scores[static_cast<size_t>(best)]) best = id;
    }
    NARU_CHECK(best >= 0, "interpreter: the vocabulary has no piece that begins a word");
    return best;
  }

 private:
  const Speaker& speaker_;
  std::unique_ptr<State> state_;
  std::vector<int32_t> heard_, settled_, drafted_;
  Tensor scores_;
};

/// Wait-k. The last piece waits outside the state until it is known what may be heard for the next one.
class WaitWriter {
 public:
  WaitWriter(const Speaker& speaker, int64_t k) : speaker_(speaker), middle_(speaker), k_(k) {}

  /// The ids of all whole words so far.
  const std::vector<int32_t>& hear(const std::vector<int32_t>& ids, bool last) {
    middle_.hear(ids);
    ++heard_words_;
    while (!done_ && (last || words_ < heard_words_ - k_ + 1)) write_word(last);
    return ids_;
  }

 private:
  void write_word(bool last) {
    const int64_t longest = speaker_.search.longest(middle_.heard());
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
    middle_.drop();
    done_ = true;
  }

  const Speaker& speaker_;
  MidSentence middle_;
  int64_t k_, heard_words_ = 0, words_ = 0;
  int32_t pending_ = speaker_.vocabulary.start;
  std::vector<int32_t> ids_;
  bool done_ = false;
};

/// Local agreement.
class AgreementWriter {
 public:
  AgreementWriter(const Speaker& speaker, int64_t translations)
      : speaker_(speaker), middle_(speaker), translations_(static_cast<size_t>(translations)) {}

  const std::vector<int32_t>& hear(const std::vector<int32_t>& ids, bool last) {
    middle_.hear(ids);
    drafts_.push_back(whole_draft());
    if (drafts_.size() > translations_) drafts_.erase(drafts_.begin());
    if (last) return ids_ = drafts_.back();
    if (drafts_.size() == translations_) commit();
    return ids_;
  }

 private:
  /// Greedily, from what is committed to the end.
  std::vector<int32_t> whole_draft() {
    std::vector<int32_t> ids = ids_, tokens{speaker_.vocabulary.start};
    tokens.insert(tokens.end(), ids.begin(), ids.end());
    middle_.draft(tokens);
    const int64_t longest = speaker_.search.longest(middle_.heard());
    for (int32_t id = middle_.best(Next::new_word_or_end); id != speaker_.vocabulary.end && std::ssize(ids) < longest;
         id = middle_.best(Next::any)) {
      ids.push_back(id);
      middle_.draft({id});
    }
    middle_.drop();
    return ids;
  }
  /// The words in which all drafts agree. A word is whole where the next one begins, or the draft ends.
  void commit() {
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

  const Speaker& speaker_;
  MidSentence middle_;
  size_t translations_;
  std::vector<int32_t> ids_;
  std::vector<std::vector<int32_t>> drafts_;
};

}  // namespace

struct Interpreter::Parts {
  Translator translator;
  Policy policy;
  TranslationOptions options;
  Speaker speaker;
  std::variant<std::monostate, WaitWriter, AgreementWriter> writer;
  std::string heard, chunk;      // of the sentence; of the chunk
  int64_t words = 0;             // of the chunk
  size_t read = 0, written = 0;  // pieces of the source; words of the target

  std::vector<std::string> hear(const std::string& word, bool last);
  std::vector<std::string> hear_chunk(const std::string& word, bool last);
  std::vector<int32_t> pieces(const std::string& word, bool last);
};

/// The pieces that the word adds to those of the words before it.
std::vector<int32_t> Interpreter::Parts::pieces(const std::string& word, bool last) {
  heard += (heard.empty() || word.empty() ? "" : " ") + word;
  std::vector<int32_t> ids = speaker.source.encode(heard);
  ids.erase(ids.begin(), ids.begin() + static_cast<int64_t>(std::min(read, ids.size())));
  read += ids.size();
  if (last) ids.push_back(speaker.vocabulary.end);
  return ids;
}

std::vector<std::string> Interpreter::Parts::hear_chunk(const std::string& word, bool last) {
  chunk += (chunk.empty() || word.empty() ? "" : " ") + word;
  if (++words < policy.number && !last) return {};
  std::vector<std::string> now = words_in(translator.translate({chunk}, options)[0].best[0].text);
  chunk.clear();
  words = 0;
  return now;
}

std::vector<std::string> Interpreter::Parts::hear(const std::string& word, bool last) {
  if (policy.kind == Policy::Kind::whole || policy.kind == Policy::Kind::chunk) return hear_chunk(word, last);
  if (std::holds_alternative<std::monostate>(writer)) {
    if (policy.kind == Policy::Kind::wait) {
      writer.emplace<WaitWriter>(speaker, policy.number);
    } else {
      writer.emplace<AgreementWriter>(speaker, policy.number);
    }
  }
  const std::vector<int32_t> more = pieces(word, last);
  const std::vector<int32_t>& ids = policy.kind == Policy::Kind::wait
                                        ? std::get<WaitWriter>(writer).hear(more, last)
                                        : std::get<AgreementWriter>(writer).hear(more, last);
  std::vector<std::string> now = words_in(speaker.target.decode(ids));
  const size_t before = std::min(written, now.size());
  written = now.size();
  now.erase(now.begin(), now.begin() + static_cast<int64_t>(before));
  if (last) {
    writer.emplace<std::monostate>();
    heard.clear();
    read = written = 0;
  }
  return now;
}

Interpreter::Interpreter(const ModelFolder& folder, const Policy& policy, const TranslationOptions& options) {
  Translator translator(folder);
  const Decoder& decoder = *folder.model->decoder();
  if (policy.kind == Policy::Kind::wait && !decoder.looks_back())
    fail(
        "--policy wait-{}: {} has read its source before it writes and cannot look at more of it later; take "
        "agreement, or a model with attention",
        policy.number, folder.path.string());
  const SearchVocabulary vocabulary = translator.vocabulary();
  parts_ = std::make_unique<Parts>(Parts{
      std::move(translator),
      policy,
      options,
      Speaker{decoder, *folder.source, *folder.target, vocabulary, WordBeginnings(*folder.target), options.search},
      {},
      {},
      {}});
  if (policy.whole()) parts_->policy.number = std::numeric_limits<int64_t>::max();
}

Interpreter::~Interpreter() = default;

std::vector<std::string> Interpreter::hear(const std::string& word) { return parts_->hear(word, false); }
std::vector<std::string> Interpreter::hear_last(const std::string& word) { return parts_->hear(word, true); }

}  // namespace naru
