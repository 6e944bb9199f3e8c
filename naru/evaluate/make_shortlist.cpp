#include "naru/evaluate/make_shortlist.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "naru/base/error.h"
#include "naru/base/log.h"
#include "naru/base/random.h"
#include "naru/data/piece_dictionary.h"
#include "naru/data/token_corpus.h"

namespace naru {
namespace {

constexpr int64_t longest = 256;  // pieces: pairs of longer sides are left out, as in training

/// At most `most` pairs without an empty side, each equally likely (Vitter 1985, algorithm R).
std::vector<Pair> drawn_pairs(const CorpusFiles& files, int64_t most) {
  constexpr int64_t lines_between_news = 10'000;
  PairReader reader(files);
  Random random(1);
  std::vector<Pair> drawn;
  int64_t usable = 0;
  for (Pair pair; reader.next(pair);) {
    if (reader.line() % lines_between_news == 0) log_progress(fmt::format("{} pairs read", reader.line()));
    if (pair.source.empty() || pair.target.empty()) continue;
    ++usable;
    if (std::ssize(drawn) < most) {
      drawn.push_back(pair);
    } else if (const uint64_t place = random.below(static_cast<uint64_t>(usable)); place < drawn.size()) {
      drawn[place] = pair;
    }
  }
  if (drawn.empty()) fail("{}: the corpus ends without a usable pair; each needs text on both sides", reader.place());
  return drawn;
}

std::vector<TokenPair> aligned_pairs(const CorpusFiles& files, const Tokenizer& source, const Tokenizer& target,
                                     int64_t most) {
  std::vector<TokenPair> pairs = encode_pairs(drawn_pairs(files, most), source, target);
  const auto usable = [](const TokenPair& pair) {
    return !pair.source.empty() && !pair.target.empty() && std::ssize(pair.source) <= longest &&
           std::ssize(pair.target) <= longest;
  };
  std::erase_if(pairs, [&](const TokenPair& pair) { return !usable(pair); });
  if (pairs.empty()) fail("{}: no pair has 1 to {} pieces on both sides; split long lines", files.paths[0], longest);
  return pairs;
}

std::vector<int32_t> by_frequency(const std::vector<TokenPair>& pairs, int64_t targets) {
  std::vector<int64_t> times(static_cast<size_t>(targets));
  for (const TokenPair& pair : pairs)
    for (const int32_t id : pair.target) ++times[static_cast<size_t>(id)];
  std::vector<int32_t> order(times.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater{}, [&](int32_t id) { return times[static_cast<size_t>(id)]; });
  return order;
}

void align(PieceDictionary& dictionary, size_t pairs, int64_t iterations) {
  for (int64_t i = 1; i <= iterations; ++i) {
    const double perplexity = std::exp(-dictionary.improve());
    const std::string news =
        fmt::format("aligning {} pairs: iteration {} of {}, perplexity {:.1f}", pairs, i, iterations, perplexity);
    log_is_terminal() ? log_progress(news) : NARU_LOG(info, "{}", news);
  }
  log_progress_done();
}

}  // namespace

Shortlist make_shortlist(const CorpusFiles& files, const Tokenizer& source, const Tokenizer& target,
                         const ShortlistConfig& config) {
  const std::vector<TokenPair> pairs = aligned_pairs(files, source, target, config.pairs);
  PieceDictionary dictionary(pairs, source.size(), target.size());
  align(dictionary, pairs.size(), config.iterations);
  Shortlist list{.vocabularies = vocabularies_of(source, target),
                 .offsets = {0},
                 .pieces = {},
                 .frequent = by_frequency(pairs, target.size()),
                 .first = config.first};
  for (int64_t id = 0; id < source.size(); ++id) {
    std::vector<int32_t> best = dictionary.best(id, config.best);
    const std::optional<int32_t> same = target.id(source.piece(static_cast<int32_t>(id)));
    if (same && std::ranges::find(best, *same) == best.end()) best.push_back(*same);
    list.pieces.insert(list.pieces.end(), best.begin(), best.end());
    list.offsets.push_back(static_cast<int32_t>(list.pieces.size()));
  }
  return list;
}

}  // namespace naru
