#include "naru/lab/nearest_sentence.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "naru/base/error.h"

namespace naru {
namespace {

/// Counts of the bigrams of code points, spaces included.
std::map<uint64_t, int> bigrams(const std::string& text) {
  std::map<uint64_t, int> counts;
  uint64_t previous = ' ';
  for (size_t i = 0; i < text.size();) {
    uint64_t point = static_cast<unsigned char>(text[i++]);
    while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xc0) == 0x80)
      point = point << 8 | static_cast<unsigned char>(text[i++]);
    ++counts[previous << 32 | point];
    previous = point;
  }
  return counts;
}

}  // namespace

NearestSentence::NearestSentence(const std::vector<std::string>& sources, std::vector<std::string> targets)
    : targets_(std::move(targets)) {
  NARU_CHECK(sources.size() == targets_.size() && !sources.empty(), "nearest sentence: {} sources and {} targets",
             sources.size(), targets_.size());
  for (const auto& source : sources)
    for (const auto& [bigram, count] : bigrams(source)) ++rarity_[bigram];
  for (auto& [bigram, weight] : rarity_) weight = std::log(1 + static_cast<float>(sources.size()) / weight);
  for (size_t i = 0; i < sources.size(); ++i) {
    const auto counts = bigrams(sources[i]);
    float squares = 0;
    for (const auto& [bigram, count] : counts) squares += std::pow(static_cast<float>(count) * rarity_[bigram], 2.f);
    for (const auto& [bigram, count] : counts)
      index_[bigram].push_back(
          {static_cast<int32_t>(i), static_cast<float>(count) * rarity_[bigram] / std::sqrt(squares)});
  }
}

const std::string& NearestSentence::translate(const std::string& line) const {
  std::vector<float> similarity(targets_.size());
  for (const auto& [bigram, count] : bigrams(line)) {
    const auto postings = index_.find(bigram);
    if (postings == index_.end()) continue;
    const float weight = static_cast<float>(count) * rarity_.at(bigram);
    for (const auto& [sentence, other] : postings->second) similarity[static_cast<size_t>(sentence)] += weight * other;
  }
  return targets_[static_cast<size_t>(std::max_element(similarity.begin(), similarity.end()) - similarity.begin())];
}

}  // namespace naru
