#include "naru/generate/search.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "naru/base/file.h"
#include "naru/base/profile.h"
#include "naru/base/threads.h"
#include "naru/generate/ensemble.h"
#include "naru/generate/steps.h"

namespace naru {
namespace {

/// Hypotheses at work: what attention remembers of each takes memory, of short sentences whole blocks.
constexpr int64_t most_rows = 512;

/// The running batch: sentences enter, go on together, and leave when they are done.
class Search {
 public:
  Search(std::span<const EnsembleMember> members, const SearchVocabulary& vocabulary, const SearchOptions& options)
      : ensemble_(members), rules_(vocabulary, options) {
    if (options.sampling.sample) step_.emplace<SamplingStep>(rules_);
  }

  int64_t at_work() const { return std::ssize(sentences_); }
  int64_t source_tokens() const { return source_tokens_; }
  int64_t beginnings() const {
    return std::visit([](const auto& step) { return step.beginnings(); }, step_);
  }

  /// The sequences [first, last) of all.
  void enter(int64_t first, int64_t last, const SearchBounds& bounds) {
    const Ragged source = ensemble_.source().part(first, last);
    std::vector<std::vector<int32_t>> tokens;
    for (int64_t i = 0; i < source.count(); ++i) {
      static const std::vector<int32_t> none;
      const auto& prefix = bounds.prefixes.empty() ? none : bounds.prefixes[static_cast<size_t>(first + i)];
      sentences_.push_back(begin(source, i, first + i, prefix));
      source_tokens_ += sentences_.back().source_tokens;
      tokens.push_back({rules_.vocabulary.start});
      tokens.back().insert(tokens.back().end(), prefix.begin(), prefix.end());
    }
    choose_outputs(source.count(), bounds);
    rows_.clear();
    for (int32_t i = 0; i < source.count(); ++i) rows_.insert(rows_.end(), static_cast<size_t>(beginnings()), i);
    ensemble_.enter(first, last, Ragged::from(tokens), rows_);
  }

  /// One more id for every hypothesis. `done` gets the sentences that leave.
  void step(const auto& done) {
    std::visit([this](auto& step) { step.look(ensemble_.voices(), sentences_); }, step_);
    const Profiled profiled("search");
    rows_.clear();
    int32_t first_row = 0;
    for (Sentence& sentence : sentences_) {
      const auto rows = static_cast<int32_t>(sentence.live.size());
      std::visit([&](auto& step) { step.advance(sentence, first_row, rows_); }, step_);
      first_row += rows;
      if (!sentence.live.empty()) continue;
      done(sentence);
      source_tokens_ -= sentence.source_tokens;
    }
    std::erase_if(sentences_, [](const Sentence& sentence) { return sentence.live.empty(); });
    if (sentences_.empty()) {
      ensemble_.clear();
      return;
    }
    ensemble_.go_on(rows_, next_tokens());
  }

 private:
  Sentence begin(const Ragged& source, int64_t i, int64_t index, const std::vector<int32_t>& prefix) const {
    Sentence sentence{.index = index, .source_tokens = source.offsets.length(i), .key = key(source, i)};
    sentence.max_length = rules_.options.longest(sentence.source_tokens);
    sentence.length = std::ssize(prefix);
    sentence.max_length = std::max(std::min(sentence.max_length, ensemble_.longest()), sentence.length + 1);
    Branch branch;
    for (const int32_t id : prefix) branch.node = sentence.grow(branch, id);
    for (; branch.draw < beginnings(); ++branch.draw) sentence.live.push_back(branch);
    return sentence;
  }

  /// Of the last `count` sentences.
  void choose_outputs(int64_t count, const SearchBounds& bounds) {
    if (bounds.candidates.empty()) return;
    const Linear& output = ensemble_.output();
    parallel_for(count, 1, [&](int64_t begin, int64_t end) {
      for (auto sentence = sentences_.end() - count + begin; sentence != sentences_.end() - count + end; ++sentence)
        sentence->outputs.emplace(output.weight, output.bias, bounds.candidates[static_cast<size_t>(sentence->index)]);
    });
  }

  static uint32_t key(const Ragged& source, int64_t i) {
    const Tensor rows = source.values.rows(source.offsets.begin(i), source.offsets.end(i));
    const std::string_view bytes(static_cast<const char*>(rows.raw()), static_cast<size_t>(rows.bytes()));
    return crc32(bytes);
  }

  Ragged next_tokens() {
    const auto count = std::ssize(rows_);
    Tensor ids({count}, DType::i32);
    auto* to = ids.data<int32_t>();
    for (const Sentence& sentence : sentences_)
      for (const Branch& branch : sentence.live) *to++ = sentence.last_id(branch);
    if (one_each_.count() != count) one_each_ = Offsets(std::vector<int32_t>(static_cast<size_t>(count), 1));
    return {ids, one_each_};
  }

  Ensemble ensemble_;
  WritingRules rules_;
  std::variant<BeamStep, SamplingStep> step_{BeamStep(rules_)};
  std::vector<Sentence> sentences_;
  int64_t source_tokens_ = 0;
  std::vector<int32_t> rows_;  // where each next row comes from
  Offsets one_each_;
};

}  // namespace

void check(const SearchOptions& options) {
  if (!options.sampling.sample && options.nbest > options.beam)
    fail("--nbest {}: larger than --beam {}", options.nbest, options.beam);
  if (options.max_length > 0 && options.min_length > options.max_length)
    fail("--min-length {}: larger than --max-length {}", options.min_length, options.max_length);
}

std::vector<std::vector<Hypothesis>> search(const Decoder& decoder, const Ragged& source,
                                            const SearchVocabulary& vocabulary, const SearchOptions& options,
                                            const SearchBounds& bounds) {
  const EnsembleMember alone{decoder, source};
  return search(std::span(&alone, 1), vocabulary, options, bounds);
}

std::vector<std::vector<Hypothesis>> search(std::span<const EnsembleMember> ensemble,
                                            const SearchVocabulary& vocabulary, const SearchOptions& options,
                                            const SearchBounds& bounds) {
  check(options);
  const Ragged& source = ensemble[0].source;
  for (const auto* lists : {&bounds.prefixes, &bounds.candidates})
    NARU_CHECK(lists->empty() || std::ssize(*lists) == source.count(), "search: {} lists for {} sentences",
               lists->size(), source.count());
  if (options.sampling.sample && !bounds.candidates.empty()) fail("--sample: draws from all pieces, not a shortlist's");
  if (ensemble.size() > 1 && !bounds.candidates.empty()) fail("--shortlist: is one model's; leave it out for several");
  std::vector<std::vector<Hypothesis>> results(static_cast<size_t>(source.count()));
  Search running(ensemble, vocabulary, options);
  const int64_t most_sentences =
      std::max<int64_t>(1, most_rows / (options.sampling.sample ? options.nbest : options.beam));
  for (int64_t next = 0; next < source.count() || running.at_work() > 0;) {
    int64_t last = next, tokens = running.source_tokens();
    while (last < source.count() && running.at_work() + last - next < most_sentences) {
      tokens += source.offsets.length(last);
      if (tokens > options.batch_tokens && (last > next || running.at_work() > 0)) break;
      ++last;
    }
    // A few sentences that read alone would wait for the weights as long as many.
    const bool worth_it = 4 * (last - next) >= running.at_work() || last == source.count();
    if (last > next && worth_it) {
      running.enter(next, last, bounds);
      next = last;
    }
    running.step(
        [&](const Sentence& sentence) { results[static_cast<size_t>(sentence.index)] = sentence.best(options.nbest); });
  }
  return results;
}

}  // namespace naru
