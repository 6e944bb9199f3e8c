#include "naru/generate/search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "naru/base/profile.h"
#include "naru/base/threads.h"
#include "naru/ops/best_outputs.h"

namespace naru {
namespace {

/// A way to go on: row of the batch, next id, log-probability of the whole.
struct Candidate {
  int32_t row;
  int32_t id;
  double log_probability;
};
/// Best first; ties go to the earlier hypothesis, then to the lower id.
bool better(const Candidate& a, const Candidate& b) {
  if (a.log_probability != b.log_probability) return a.log_probability > b.log_probability;
  return a.row != b.row ? a.row < b.row : a.id < b.id;
}

/// One sentence while it is being translated.
struct Sentence {
  int64_t index = 0;  // in the source
  int64_t max_length = 0;
  std::vector<int32_t> prefix;
  std::optional<ChosenOutputs> outputs;  // of its candidates, if they are bounded
  std::vector<Hypothesis> live;          // their rows stand one after the other in the batch
  std::vector<Hypothesis> complete;      // at most `beam`, best first
};

class Search {
 public:
  Search(const Decoder& decoder, const SearchVocabulary& vocabulary, const SearchOptions& options)
      : decoder_(decoder), vocabulary_(vocabulary), options_(options) {}

  std::vector<std::vector<Hypothesis>> run(const Ragged& source, const SearchBounds& bounds) {
    begin(source, bounds.prefixes);
    choose_outputs(bounds.candidates);
    std::vector<std::vector<Hypothesis>> results(static_cast<size_t>(source.count()));
    Tensor hidden = decoder_.append(*state_, first_tokens());
    hidden = last_rows(hidden);
    while (!sentences_.empty()) {
      const BestOutputs best = best_ways(hidden);
      const Profiled profiled("search");
      rows_.clear();
      int32_t first_row = 0;
      for (Sentence& sentence : sentences_) {
        const auto rows = static_cast<int32_t>(sentence.live.size());
        advance(sentence, best, first_row);
        first_row += rows;
        if (!sentence.live.empty()) continue;
        sentence.complete.resize(std::min(sentence.complete.size(), static_cast<size_t>(options_.nbest)));
        results[static_cast<size_t>(sentence.index)] = std::move(sentence.complete);
      }
      std::erase_if(sentences_, [](const Sentence& sentence) { return sentence.live.empty(); });
      if (sentences_.empty()) break;
      decoder_.reorder(*state_, rows_);
      hidden = decoder_.append(*state_, next_tokens());
    }
    return results;
  }

 private:
  void begin(const Ragged& source, const std::vector<std::vector<int32_t>>& prefixes) {
    NARU_CHECK(prefixes.empty() || static_cast<int64_t>(prefixes.size()) == source.count(),
               "search: {} prefixes for {} sentences", prefixes.size(), source.count());
    state_ = decoder_.start(source);
    for (int64_t i = 0; i < source.count(); ++i) {
      Sentence sentence{.index = i,
                        .max_length = options_.longest(source.offsets.length(i)),
                        .prefix = {},
                        .outputs = {},
                        .live = {{}},
                        .complete = {}};
      sentence.max_length = std::min(sentence.max_length, decoder_.longest());
      if (!prefixes.empty()) sentence.prefix = prefixes[static_cast<size_t>(i)];
      sentence.live[0].ids = sentence.prefix;
      sentence.max_length = std::max(sentence.max_length, static_cast<int64_t>(sentence.prefix.size()) + 1);
      sentences_.push_back(std::move(sentence));
    }
  }

  void choose_outputs(const std::vector<std::vector<int32_t>>& candidates) {
    if (candidates.empty()) return;
    NARU_CHECK(candidates.size() == sentences_.size(), "search: {} lists of candidates for {} sentences",
               candidates.size(), sentences_.size());
    const Linear& output = decoder_.output();
    parallel_for(std::ssize(candidates), 1, [&](int64_t begin, int64_t end) {
      for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end); ++i)
        sentences_[i].outputs.emplace(output.weight, output.bias, candidates[i]);
    });
  }

  BestOutputs best_ways(const Tensor& hidden) const {
    const Linear& output = decoder_.output();
    const int64_t count = std::min(output.weight.dim(0), wanted());
    if (!sentences_[0].outputs) return best_outputs(hidden, output.weight, output.bias, count);
    std::vector<ChoosingRows> choosing;
    for (const Sentence& sentence : sentences_) choosing.push_back({std::ssize(sentence.live), *sentence.outputs});
    return best_outputs(hidden, choosing, count);
  }

  /// Start and prefix of every sentence, in one call.
  Ragged first_tokens() const {
    std::vector<std::vector<int32_t>> tokens;
    for (const Sentence& sentence : sentences_) {
      tokens.push_back({vocabulary_.start});
      tokens.back().insert(tokens.back().end(), sentence.prefix.begin(), sentence.prefix.end());
    }
    return Ragged::from(tokens);
  }

  /// The row of each sentence's last token.
  Tensor last_rows(const Tensor& hidden) const {
    const int64_t width = hidden.dim(1);
    Tensor last({static_cast<int64_t>(sentences_.size()), width});
    int64_t end = 0;
    for (size_t i = 0; i < sentences_.size(); ++i) {
      end += static_cast<int64_t>(sentences_[i].prefix.size()) + 1;
      std::copy_n(hidden.data() + (end - 1) * width, width, last.data() + static_cast<int64_t>(i) * width);
    }
    return last;
  }

  Ragged next_tokens() const {
    std::vector<int32_t> ids;
    for (const Sentence& sentence : sentences_)
      for (const Hypothesis& hypothesis : sentence.live) ids.push_back(hypothesis.ids.back());
    const auto count = static_cast<int64_t>(ids.size());
    return {Tensor::from(ids, {count}), Offsets(std::vector<int32_t>(ids.size(), 1))};
  }

  double normalised(double log_probability, size_t length) const {
    const auto n = static_cast<double>(length);
    const double base = options_.length_rule == "gnmt" ? (5 + n) / 6 : n;
    return log_probability / std::pow(base, options_.length_penalty);
  }

  /// Of each row's best scores, so that 2 · beam are left when those that may not be written are gone.
  int64_t wanted() const {
    size_t repeats = 0;
    if (options_.no_repeat_ngram > 0)
      for (const Sentence& sentence : sentences_) repeats = std::max(repeats, sentence.live[0].ids.size());
    return 2 * options_.beam + std::ssize(vocabulary_.forbidden) + vocabulary_.suppress_end +
           static_cast<int64_t>(repeats);
  }

  /// The best ways on from one row, which is where `live` stands.
  void collect(const BestOutputs& best, int32_t row, const Hypothesis& live, bool must_end,
               std::vector<Candidate>& into) const {
    if (must_end) {
      into.push_back({row, vocabulary_.end, live.log_probability});  // forced: costs nothing
      return;
    }
    const int64_t count = best.ids.dim(1), first = row * count;
    const std::vector<int32_t> repeats = repeating(live.ids);
    for (int64_t i = first; i < first + count; ++i)
      if (const int32_t id = best.ids.data<int32_t>()[i];
          id >= 0 && allowed(id) && std::ranges::find(repeats, id) == repeats.end())
        into.push_back({row, id, live.log_probability + static_cast<double>(best.log_probabilities.data()[i])});
  }
  /// What would complete an n-gram that is there already: whatever followed the last n - 1 ids before.
  std::vector<int32_t> repeating(const std::vector<int32_t>& ids) const {
    std::vector<int32_t> found;
    const auto n = static_cast<size_t>(options_.no_repeat_ngram);
    if (n == 0 || ids.size() < n) return found;
    const auto tail = ids.end() - static_cast<std::ptrdiff_t>(n - 1);
    for (auto at = ids.begin(); at + static_cast<std::ptrdiff_t>(n - 1) < ids.end(); ++at)
      if (std::equal(tail, ids.end(), at)) found.push_back(at[static_cast<std::ptrdiff_t>(n - 1)]);
    return found;
  }
  bool allowed(int32_t id) const {
    if (vocabulary_.suppress_end && id == vocabulary_.end) return false;
    return std::ranges::find(vocabulary_.forbidden, id) == vocabulary_.forbidden.end();
  }

  /// One step of one sentence, by the rule of Hugging Face's beam search: the 2 · beam best ways on are looked at in
  /// order; those that end among the first `beam` are complete, the others live on, up to `beam` of them.
  void advance(Sentence& sentence, const BestOutputs& best, int32_t first_row) {
    const auto beam = static_cast<size_t>(options_.beam);
    const size_t length = sentence.live[0].ids.size() + 1;  // with the id that is chosen now
    const bool last = static_cast<int64_t>(length) >= sentence.max_length;
    std::vector<Candidate> candidates;
    for (size_t i = 0; i < sentence.live.size(); ++i) {
      const auto row = first_row + static_cast<int32_t>(i);
      collect(best, row, sentence.live[i], last && vocabulary_.force_end, candidates);
    }
    std::ranges::sort(candidates, better);
    if (candidates.size() > 2 * beam) candidates.resize(2 * beam);

    std::vector<Hypothesis> next;
    std::vector<int32_t> next_rows;
    for (size_t rank = 0; rank < candidates.size() && next.size() < beam; ++rank) {
      const Candidate& candidate = candidates[rank];
      Hypothesis hypothesis = sentence.live[static_cast<size_t>(candidate.row - first_row)];
      hypothesis.ids.push_back(candidate.id);
      hypothesis.log_probability = candidate.log_probability;
      hypothesis.score = normalised(candidate.log_probability, length);
      if (candidate.id == vocabulary_.end) {
        if (rank < beam) complete(sentence, std::move(hypothesis));
      } else {
        next.push_back(std::move(hypothesis));
        next_rows.push_back(candidate.row);
      }
    }
    if (last)
      for (Hypothesis& hypothesis : next) complete(sentence, std::move(hypothesis));
    if (last || next.empty() || done(sentence, candidates.front().log_probability, length)) {
      sentence.live.clear();
      return;
    }
    sentence.live = std::move(next);
    rows_.insert(rows_.end(), next_rows.begin(), next_rows.end());
  }

  void complete(Sentence& sentence, Hypothesis hypothesis) const {
    const auto place =
        std::ranges::upper_bound(sentence.complete, hypothesis.score, std::greater{}, &Hypothesis::score);
    sentence.complete.insert(place, std::move(hypothesis));
    if (sentence.complete.size() > static_cast<size_t>(options_.beam)) sentence.complete.pop_back();
  }

  /// No live hypothesis can be expected to beat the worst complete one.
  bool done(const Sentence& sentence, double best_log_probability, size_t length) const {
    if (sentence.complete.size() < static_cast<size_t>(options_.beam)) return false;
    return options_.stop_early || sentence.complete.back().score >= normalised(best_log_probability, length);
  }

  const Decoder& decoder_;
  const SearchVocabulary& vocabulary_;
  const SearchOptions& options_;
  std::unique_ptr<State> state_;
  std::vector<Sentence> sentences_;
  std::vector<int32_t> rows_;  // where each next row comes from
};

}  // namespace

void check(const SearchOptions& options) {
  if (options.nbest > options.beam) fail("--nbest {}: larger than --beam {}", options.nbest, options.beam);
}

std::vector<std::vector<Hypothesis>> search(const Decoder& decoder, const Ragged& source,
                                            const SearchVocabulary& vocabulary, const SearchOptions& options,
                                            const SearchBounds& bounds) {
  check(options);
  return Search(decoder, vocabulary, options).run(source, bounds);
}

}  // namespace naru
