#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace naru {

/// The baseline that any translator must beat: answers with the translation of the most similar training sentence
/// (cosine of TF-IDF weighted character bigrams; ties go to the earlier sentence).
class NearestSentence {
 public:
  NearestSentence(const std::vector<std::string>& sources, std::vector<std::string> targets);
  const std::string& translate(const std::string& line) const;

 private:
  struct Posting {
    int32_t sentence;
    float weight;  // already divided by the sentence's norm
  };
  std::vector<std::string> targets_;
  std::unordered_map<uint64_t, std::vector<Posting>> index_;
  std::unordered_map<uint64_t, float> rarity_;
};

}  // namespace naru
