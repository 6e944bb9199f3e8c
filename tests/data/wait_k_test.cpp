#include "naru/data/wait_k.h"

#include <gtest/gtest.h>

#include "tests/data/letter_tokenizer.h"

namespace naru {
namespace {

/// Pieces "▁" + letter for even ids, the letter alone for odd ones.
class WordTokenizer : public LetterTokenizer {
 public:
  std::string piece(int32_t id) const override { return id % 2 == 0 && id > 0 ? "▁a" : "a"; }
};

TEST(WaitK, CountsWordsAndGivesAllTheirPieces) {
  // Source words {2 3} {4} {6 5 7}, then the end (1); target words {2} {4 3} {6} {8}, then the end.
  const std::vector<TokenPair> pairs{{{2, 3, 4, 6, 5, 7}, {2, 4, 3, 6, 8}}, {{2}, {2, 3}}};
  const Batch batch = make_batch(pairs, {.source_end = 1, .target_end = 1, .start = 1});
  const WordBeginnings begins{WordTokenizer()};
  const WaitK one{begins, begins, 1}, two{begins, begins, 2}, many{begins, begins, 9};
  EXPECT_EQ(one.reach(batch, 0), (std::vector<int32_t>{2, 3, 3, 7, 7, 7, 2, 2, 2}));
  EXPECT_EQ(two.reach(batch, 0), (std::vector<int32_t>{3, 7, 7, 7, 7, 7, 2, 2, 2}));
  EXPECT_EQ(many.reach(batch, 0), (std::vector<int32_t>{7, 7, 7, 7, 7, 7, 2, 2, 2}));
}

TEST(WaitK, DrawsEveryWaitWhereNoneIsGiven) {
  const std::vector<TokenPair> pairs{{{2, 4, 6, 8, 2, 4, 6, 8, 2, 4, 6, 8, 2}, {2}}};
  const Batch batch = make_batch(pairs, {.source_end = 1, .target_end = 1, .start = 1});
  const WordBeginnings begins{WordTokenizer()};
  const WaitK random{begins, begins, 0};
  for (int32_t draw = 0; draw < 2 * WaitK::most; ++draw)
    EXPECT_EQ(random.reach(batch, static_cast<uint64_t>(draw))[0], 1 + draw % WaitK::most);
}

}  // namespace
}  // namespace naru
