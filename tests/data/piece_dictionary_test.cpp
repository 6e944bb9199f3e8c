#include "naru/data/piece_dictionary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "naru/base/random.h"
#include "naru/base/threads.h"
#include "naru/data/phrases/phrases.h"

namespace naru {
namespace {

/// Sentences whose word i becomes 2 i, in the opposite order, with a word 0 thrown in that stands for nothing.
std::vector<TokenPair> invented(int count) {
  Random random(3);
  std::vector<TokenPair> pairs(static_cast<size_t>(count));
  for (TokenPair& pair : pairs) {
    for (uint64_t i = 0, length = 3 + random.below(6); i < length; ++i) {
      pair.source.push_back(1 + static_cast<int32_t>(random.below(40)));
      pair.target.insert(pair.target.begin(), 2 * pair.source.back());
    }
    pair.target.push_back(0);
  }
  return pairs;
}

/// IBM model 1 as the books have it, in double, on tables of all pairs of pieces.
struct Twin {
  std::vector<std::vector<double>> table;  // [sources + NULL, targets]
  explicit Twin(size_t sources, size_t targets) : table(sources + 1, std::vector<double>(targets, 1.0 / targets)) {}
  double improve(const std::vector<TokenPair>& pairs) {
    std::vector<std::vector<double>> counts(table.size(), std::vector<double>(table[0].size()));
    double logs = 0, tokens = 0;
    for (const TokenPair& pair : pairs) {
      std::vector<int32_t> source = pair.source;
      source.push_back(static_cast<int32_t>(table.size()) - 1);
      for (const int32_t t : pair.target) {
        double sum = 0;
        for (const int32_t s : source) sum += table[s][t];
        for (const int32_t s : source) counts[s][t] += table[s][t] / sum;
        logs += std::log(sum / static_cast<double>(source.size())), ++tokens;
      }
    }
    for (size_t s = 0; s < counts.size(); ++s) {
      double all = 0;
      for (const double count : counts[s]) all += count;
      for (size_t t = 0; all > 0 && t < counts[s].size(); ++t) table[s][t] = counts[s][t] / all;
    }
    return logs / tokens;
  }
};

TEST(PieceDictionary, IsThatOfModelOneAndEveryIterationExplainsMore) {
  const std::vector<TokenPair> pairs = invented(200);
  PieceDictionary dictionary(pairs, 41, 81);
  Twin twin(41, 81);
  double before = -1e30;
  for (int i = 0; i < 5; ++i) {
    const double now = dictionary.improve();
    EXPECT_NEAR(now, twin.improve(pairs), 1e-4);
    EXPECT_GT(now, before);
    before = now;
  }
  for (int32_t source = 0; source < 41; ++source) {
    std::vector<int32_t> expected(81);
    for (int32_t id = 0; id < 81; ++id) expected[id] = id;
    std::ranges::stable_sort(expected, std::greater{}, [&](int32_t id) { return twin.table[source][id]; });
    const std::vector<int32_t> found = dictionary.best(source, 1);
    if (source > 0) {
      EXPECT_EQ(found, std::vector<int32_t>{expected[0]}) << source;
      EXPECT_EQ(found, std::vector<int32_t>{2 * source});
    } else {
      EXPECT_TRUE(found.empty()) << "never seen";
    }
  }
}

TEST(PieceDictionary, HasEqualTranslationsForAnyNumberOfThreads) {
  const std::vector<TokenPair> pairs = invented(2000);
  const int before = threads();
  std::vector<std::vector<std::vector<int32_t>>> found;
  std::vector<double> likelihoods;
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    PieceDictionary dictionary(pairs, 41, 81, 7);
    for (int i = 0; i < 3; ++i) likelihoods.push_back(dictionary.improve());
    found.emplace_back();
    for (int64_t source = 0; source < 41; ++source) found.back().push_back(dictionary.best(source, 81));
  }
  set_threads(before);
  EXPECT_EQ(found[0], found[1]);
  EXPECT_EQ(found[0], found[2]);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(likelihoods[i], likelihoods[i + 3]);
}

TEST(PieceDictionary, KeepsTheTranslationsThatDependMostOnASourcePiece) {
  const std::vector<TokenPair> pairs = invented(2000);
  PieceDictionary dictionary(pairs, 41, 81, 3);
  dictionary.improve();
  for (int32_t source = 1; source < 41; ++source) {
    EXPECT_EQ(dictionary.best(source, 81).size(), 3);
    EXPECT_EQ(dictionary.best(source, 81)[0], 2 * source);
  }
}

/// Words of a sentence as ids, final punctuation apart.
class Words {
 public:
  std::vector<int32_t> ids(std::string text) {
    if (text.ends_with('.')) text.insert(text.size() - 1, " ");
    std::vector<int32_t> found;
    std::istringstream in(text);
    for (std::string word; in >> word;)
      found.push_back(ids_.try_emplace(word, static_cast<int32_t>(ids_.size())).first->second);
    return found;
  }
  int64_t size() const { return static_cast<int64_t>(ids_.size()); }

 private:
  std::map<std::string, int32_t> ids_;
};

TEST(PieceDictionary, FindsTheTranslationsOfTheEmbeddedCorpus) {
  Words korean, english;
  std::vector<TokenPair> pairs;
  std::map<std::pair<int32_t, int32_t>, int> gold;
  std::map<int32_t, int> seen;
  for (const Phrase& phrase : phrases({.pairs = 6000})) {
    pairs.push_back({korean.ids(phrase.korean), english.ids(phrase.english)});
    const std::vector<int32_t>& source = pairs.back().source;
    const std::vector<int32_t>& target = pairs.back().target;
    for (const AlignmentLink& link : phrase.alignment)
      if (link.sure) ++gold[{source.at(static_cast<size_t>(link.source)), target.at(static_cast<size_t>(link.target))}];
    for (const int32_t word : source) ++seen[word];
  }
  PieceDictionary dictionary(pairs, korean.size(), english.size());
  for (int i = 0; i < 5; ++i) dictionary.improve();
  int right = 0, links = 0;
  for (const auto& [words, times] : gold) {
    const auto& [source, target] = words;
    if (seen[source] < 10 || 2 * times < seen[source]) continue;  // rare, or not what it mostly becomes
    const std::vector<int32_t> best = dictionary.best(source, 10);
    right += std::ranges::find(best, target) != best.end();
    ++links;
  }
  EXPECT_GT(links, 500);
  EXPECT_GT(right, 0.97 * links) << right << " of " << links;
}

}  // namespace
}  // namespace naru
