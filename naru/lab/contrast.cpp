#include "naru/lab/contrast.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <limits>

namespace naru {
namespace {

constexpr size_t piece_of_work = 32;  // lines between two rests

}  // namespace

PairScorer scorer_of(const ModelFolder& folder, const Laboratory& laboratory) {
  return [&folder, &laboratory](const std::vector<Pair>& pairs) {
    std::vector<double> all;
    for (size_t first = 0; first < pairs.size(); first += piece_of_work) {
      laboratory.rest();
      const auto begin = pairs.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end = pairs.begin() + static_cast<std::ptrdiff_t>(std::min(first + piece_of_work, pairs.size()));
      const std::vector<PairScore> scores = score_pairs(folder, {begin, end}, 1024);
      for (const PairScore& one : scores) all.push_back(one.log_probability);
    }
    return all;
  };
}

std::vector<bool> prefers_right(const PairScorer& score, const std::vector<Contrast>& contrasts) {
  std::vector<Pair> pairs;
  for (const Contrast& contrast : contrasts) {
    pairs.push_back({contrast.source, contrast.right});
    pairs.push_back({contrast.source, contrast.wrong});
  }
  const std::vector<double> scores = score(pairs);
  std::vector<bool> hits;
  for (size_t i = 0; i < contrasts.size(); ++i) hits.push_back(scores[2 * i] > scores[2 * i + 1]);
  return hits;
}

std::vector<std::string> write_greedily(const ModelFolder& folder, const Laboratory& laboratory,
                                        const std::vector<std::string>& lines) {
  const Translator translator(folder);
  TranslationOptions greedy;
  greedy.search.beam = 1;
  std::vector<std::string> all;
  for (size_t first = 0; first < lines.size(); first += piece_of_work) {
    laboratory.rest();
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = lines.begin() + static_cast<std::ptrdiff_t>(std::min(first + piece_of_work, lines.size()));
    for (const Translation& one : translator.translate({begin, end}, greedy)) all.push_back(one.best[0].text);
  }
  return all;
}

std::map<int64_t, Interval> share_by_group(const std::vector<int64_t>& groups, const std::vector<bool>& hits) {
  std::map<int64_t, std::pair<int64_t, int64_t>> counts;  // hits, trials
  for (size_t i = 0; i < groups.size(); ++i) {
    counts[groups[i]].first += hits[i];
    ++counts[groups[i]].second;
  }
  std::map<int64_t, Interval> shares;
  for (const auto& [group, count] : counts) shares[group] = share_of(count.first, count.second);
  return shares;
}

Interval share_where(const std::vector<bool>& hits, const std::function<bool(size_t)>& of) {
  int64_t right = 0, trials = 0;
  for (size_t i = 0; i < hits.size(); ++i) {
    if (!of(i)) continue;
    ++trials;
    right += hits[i];
  }
  if (trials == 0) return {.value = std::numeric_limits<double>::quiet_NaN(), .low = 0, .high = 1, .n = 0};
  return share_of(right, trials);
}

Interval judged_if(bool learned, const Interval& measured) {
  constexpr double unknown = std::numeric_limits<double>::infinity();
  return learned ? measured : Interval{.value = measured.value, .low = -unknown, .high = unknown, .n = measured.n};
}

std::string percent(const Interval& share) {
  if (share.n == 0) return "–";
  return fmt::format("{:.0f} % ({:.0f}–{:.0f})", 100 * share.value, 100 * share.low, 100 * share.high);
}

std::vector<std::string> plain_words(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (std::isspace(code) && !words.back().empty()) words.emplace_back();
    if (std::isalnum(code) || code >= 0x80 || letter == '\'') words.back() += static_cast<char>(std::tolower(code));
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool says(const std::string& text, const std::string& words) {
  const std::vector<std::string> all = plain_words(text), wanted = plain_words(words);
  return !std::ranges::search(all, wanted).empty();
}

}  // namespace naru
