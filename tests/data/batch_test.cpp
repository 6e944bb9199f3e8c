#include "naru/data/batch.h"

#include <gtest/gtest.h>

namespace naru {
namespace {

Batch some_batch() {
  std::vector<TokenPair> pairs;
  for (int32_t i = 1; i <= 9; ++i)
    pairs.push_back(
        {std::vector<int32_t>(static_cast<size_t>(i % 4), i), std::vector<int32_t>(static_cast<size_t>(i), 10 + i)});
  return make_batch(pairs, {.source_end = 1, .target_end = 2, .start = 3});
}

TEST(Batch, SharesOfAllRanksMakeUpTheWholeAndPairsKeepTheirNumbers) {
  const Batch whole = some_batch();
  for (const int64_t count : {1, 2, 3, 5, 20}) {
    std::vector<int32_t> sentences, targets, sources;
    for (int64_t rank = 0; rank < count; ++rank) {
      const Batch share = share_of(whole, rank, count);
      sentences.insert(sentences.end(), share.sentences.begin(), share.sentences.end());
      const auto ids = share.target_out.values<int32_t>(), read = share.source.values.values<int32_t>();
      targets.insert(targets.end(), ids.begin(), ids.end());
      sources.insert(sources.end(), read.begin(), read.end());
      EXPECT_LE(share.target_tokens(), whole.target_tokens() / count + 10) << "about equal: 10 is the longest";
    }
    EXPECT_EQ(sentences, whole.sentences) << count;
    EXPECT_TRUE(std::ranges::equal(targets, whole.target_out.values<int32_t>())) << count;
    EXPECT_TRUE(std::ranges::equal(sources, whole.source.values.values<int32_t>())) << count;
  }
}

}  // namespace
}  // namespace naru
