#include "naru/lab/length_curve.h"

#include <algorithm>

#include "naru/lab/contrast.h"
#include "naru/metrics/bleu.h"

namespace naru {
namespace {

/// Buckets begin here, as fine as the corpus allows; none has the last.
constexpr int64_t length_buckets[] = {1, 5, 9, 13, 17, 21, 27, 33, 41};

int64_t length_bucket(int64_t words) { return *(std::ranges::upper_bound(length_buckets, words) - 1); }

}  // namespace

std::vector<SourceOfLength> sources_by_length(const Laboratory& laboratory) {
  const auto most = laboratory.by_effort<int64_t>(10, 20, 100);
  const auto drawn = laboratory.by_effort<int64_t>(2'000, 4'000, 20'000);
  std::map<int64_t, int64_t> counts;
  std::vector<SourceOfLength> all;
  for (const PhraseSplit split : {PhraseSplit::test, PhraseSplit::long_sentences})
    for (const Phrase& phrase : laboratory.held_out(split == PhraseSplit::test ? drawn : drawn / 4, split)) {
      const auto words = std::ssize(words_of(phrase.korean));
      if (counts[length_bucket(words)]++ < most) all.push_back({phrase.korean, phrase.english, words});
    }
  return all;
}

LengthResult measure_lengths(const ModelFolder& folder, const Laboratory& laboratory,
                             const std::vector<SourceOfLength>& sources) {
  std::vector<std::string> lines, references;
  std::map<int64_t, std::vector<int64_t>> buckets;
  for (size_t i = 0; i < sources.size(); ++i) {
    lines.push_back(sources[i].source);
    references.push_back(sources[i].reference);
    buckets[length_bucket(sources[i].words)].push_back(static_cast<int64_t>(i));
  }
  const std::vector<std::string> written = write_greedily(folder, laboratory, lines);
  const Statistics corpus(bleu(), written, {references}),
      single(bleu({.effective_order = true}), written, {references});
  LengthResult result;
  for (const auto& [bucket, members] : buckets) {
    result.bleu[bucket] = corpus.value_of(members);
    double exact = 0;
    for (const int64_t i : members) exact += written[static_cast<size_t>(i)] == references[static_cast<size_t>(i)];
    result.exact[bucket] = exact / static_cast<double>(members.size());
  }
  for (int64_t i = 0; i < single.size(); ++i) result.sentence_bleu.push_back(single.value_of({&i, 1}));
  return result;
}

Interval bleu_fall(const std::vector<SourceOfLength>& sources, const LengthResult& result) {
  std::vector<double> near, far;
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].words <= longest_short_source) near.push_back(result.sentence_bleu[i]);
    if (sources[i].words >= shortest_long_source && sources[i].words <= longest_training_phrase)
      far.push_back(result.sentence_bleu[i]);
  }
  return difference(mean_of(near), mean_of(far));
}

}  // namespace naru
